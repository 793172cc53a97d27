package dev.onchange.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Test;

class ClusterViewTest {

    private static final ObjectId ID = new ObjectId();

    @Test
    void what_a_member_declared_before_is_forgotten() {
        ClusterView view = ClusterView.EMPTY
                .withDeclarations(List.of(new MemberDeclaration("first", Map.of())))
                .withMembers(List.of(declaring("first")))
                .withDeclarations(List.of(new MemberDeclaration("second", Map.of())));

        assertThat(view.withMembers(List.of(declaring("second"))).declarations())
                .containsOnlyKeys("second");
    }

    private static Member declaring(String hash) {
        MemberInfo info =
                new MemberInfo("", "localhost", new ProcessId("machine", 1, "begun"), MemberInfo.Mode.SHARING, hash);
        return new Member(ID, info, Member.State.ALIVE, 1, Duration.ofSeconds(1), Instant.EPOCH, 0);
    }
}
