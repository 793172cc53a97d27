package dev.onchange.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.onchange.ChangeListeners;
import dev.onchange.engine.cluster.ClusterView;
import dev.onchange.engine.cluster.Member;
import dev.onchange.engine.cluster.MemberDeclaration;
import dev.onchange.engine.cluster.MemberInfo;
import dev.onchange.engine.cluster.ProcessId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class SameProcessTest {

    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(ChangeListeners.class);
    private final SameProcess sameProcess = new SameProcess();
    private final Member mine = member("650000000000000000000001", 1, "t1.items");

    @BeforeEach
    void listen() {
        logged.start();
        logger.addAppender(logged);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(logged);
    }

    @Test
    void listeners_of_one_process_with_one_id_for_two_scopes_are_warned_of_once() {
        look(member("650000000000000000000002", 1, "t2.items"));
        look(member("650000000000000000000002", 1, "t2.items"));

        assertThat(logged.list)
                .singleElement()
                .satisfies(warning -> assertThat(warning.getFormattedMessage())
                        .contains("stock")
                        .contains("t1.items")
                        .contains("t2.items")
                        .contains("stateDatabase"));
    }

    @Test
    void other_processes_may_be_another_version_and_the_same_scope_is_shared() {
        look(member("650000000000000000000003", 2, "t2.items"));
        look(member("650000000000000000000004", 1, "t1.items"));

        assertThat(logged.list).isEmpty();
    }

    private void look(Member other) {
        sameProcess.look(
                new ClusterView(
                        Map.of(mine.id(), mine, other.id(), other),
                        Map.of(),
                        Map.of("t1.items", declared("t1.items"), "t2.items", declared("t2.items"))),
                mine);
    }

    private static MemberDeclaration declared(String scope) {
        return new MemberDeclaration(
                scope, Map.of("stock", new MemberDeclaration.Declared("stock", "version of " + scope, scope)));
    }

    private static Member member(String id, int pid, String scope) {
        ProcessId process = new ProcessId("machine", pid, "begun");
        MemberInfo info = new MemberInfo("", "host", process, MemberInfo.Mode.SHARING, scope);
        return new Member(new ObjectId(id), info, Member.State.ALIVE, 1, Duration.ofSeconds(1), Instant.EPOCH, 0);
    }
}
