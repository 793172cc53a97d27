package dev.onchange.engine.scan;

import dev.onchange.OnChange;
import dev.onchange.engine.scan.index.Index;
import dev.onchange.engine.scan.index.Packages;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Lists classes by the index that the annotation processor wrote, and scans only the jars and folders that it does not
 * cover.
 */
final class IndexFinder implements ClassFinder {

    private final ClassGraphFinder scanner = new ClassGraphFinder();

    @Override
    public FoundClasses find(ClassLoader loader, Packages packages) {
        Index index = Index.of(loader, packages);
        return found(index, index.isWhole() ? List.of() : scanner.find(loader, packages.names(), index.accountedFor()));
    }

    @Override
    public FoundClasses find(Path root) {
        Index index = Index.of(root, Packages.ALL);
        return found(index, index.isWhole() ? List.of() : scanner.find(root));
    }

    private static FoundClasses found(Index index, Collection<FoundClass> scanned) {
        Set<String> indexed = index.handlerClasses();
        List<FoundClass> classes = new ArrayList<>();
        indexed.forEach(name -> classes.add(
                new FoundClass(name, FoundClass.Kind.INDEXED, List.of(), Set.of(OnChange.class.getName()))));
        index.otherTypes()
                .forEach((name, parents) ->
                        classes.add(new FoundClass(name, FoundClass.Kind.INDEXED, parents, Set.of())));
        scanned.stream().filter(each -> !indexed.contains(each.name())).forEach(classes::add);
        return new FoundClasses(classes, index);
    }
}
