package dev.onchange.engine.scan.rule;

import com.mongodb.client.model.changestream.FullDocument;
import dev.onchange.Coalesce;
import dev.onchange.Ordering;
import dev.onchange.engine.message.Message;
import dev.onchange.engine.scan.Parameter;
import dev.onchange.problem.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A newer change can take the place of an older one only where neither the handler nor its order needs the older one. */
final class CoalescingIsSound implements Rule {

    static final Duration LONGEST = Duration.ofHours(1);

    @Override
    public List<Problem> check(Declaration declaration) {
        Attributes attributes = declaration.attributes();
        String quiet = attributes.coalescing().quiet();
        if (attributes.coalescing().coalesce() == Coalesce.NONE) {
            return declaration.problemIf(!quiet.isEmpty(), "quiet", Message.QUIET_WITHOUT_COALESCE);
        }
        List<Problem> problems = new ArrayList<>();
        if (!quiet.isEmpty()) {
            problems.addAll(WaitIsShort.check(declaration, "quiet", quiet, LONGEST));
        }
        problems.addAll(declaration.problemIf(
                attributes.ordering() != Ordering.BY_KEY,
                "coalesce",
                Message.COALESCE_WITHOUT_KEYS,
                attributes.ordering()));
        problems.addAll(declaration.problemIf(attributes.transactional(), "coalesce", Message.COALESCE_IN_TRANSACTION));
        problems.addAll(declaration.problemIf(losesDocuments(declaration), "fullDocument", Message.COALESCE_LOSES));
        return problems;
    }

    /** An update without its document would take the place of an insert that has one. */
    private static boolean losesDocuments(Declaration declaration) {
        Attributes attributes = declaration.attributes();
        return (declaration.roles().contains(Parameter.Role.PAYLOAD)
                        || declaration.roles().contains(Parameter.Role.PAYLOADS))
                && attributes.pipeline().isEmpty()
                && attributes.fullDocument() == FullDocument.DEFAULT
                && declaration.wantsAnyOf(Set.of(Operations.UPDATE));
    }
}
