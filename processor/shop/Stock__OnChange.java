package shop;

import dev.onchange.ChangeEvent;
import dev.onchange.generated.CallArguments;
import dev.onchange.generated.HandlerCalls;
import java.util.List;
import javax.annotation.processing.Generated;

/**
 * Calls the handlers of shop.Stock.
 */
@Generated("dev.onchange.processor.OnChangeProcessor")
public final class Stock__OnChange implements HandlerCalls {
    /**
     * For OnChange.
     */
    public Stock__OnChange() {}

    @Override
    public List<String> methods() {
        return List.of(
                new String[] {"low(shop.Stock$Item):void", "other(dev.onchange.ChangeEvent,dev.onchange.Attempt):int"});
    }

    @Override
    @SuppressWarnings({"all", "unchecked", "rawtypes", "deprecation", "removal"})
    public Object call(int method, Object instance, CallArguments arguments) throws Throwable {
        Stock target = (Stock) instance;
        switch (method) {
            case 0:
                target.low((Stock.Item) arguments.payload());
                return null;
            case 1:
                return target.other((ChangeEvent) arguments.event(), arguments.attempt());
            default:
                throw new IllegalArgumentException("no method " + method);
        }
    }
}
