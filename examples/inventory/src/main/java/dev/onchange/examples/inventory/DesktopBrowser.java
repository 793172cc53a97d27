package dev.onchange.examples.inventory;

import java.awt.AWTError;
import java.awt.Desktop;
import java.awt.GraphicsEnvironment;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;

/** The browser of whoever sits before this computer, if somebody does. */
final class DesktopBrowser {

    private DesktopBrowser() {}

    /** Opens a page; whether there was a browser for it. */
    static boolean open(URI page) {
        return byTheJdk(page) || byTheDesktop(page);
    }

    /** The JDK knows some desktops; one without windows knows none. */
    private static boolean byTheJdk(URI page) {
        try {
            if (!GraphicsEnvironment.isHeadless()
                    && Desktop.isDesktopSupported()
                    && Desktop.getDesktop().isSupported(Desktop.Action.BROWSE)) {
                Desktop.getDesktop().browse(page);
                return true;
            }
        } catch (IOException | LinkageError | AWTError e) {
            System.out.println("The JDK opens no browser: " + e.getMessage());
        }
        return false;
    }

    /** The command that the desktops of Linux share. */
    private static boolean byTheDesktop(URI page) {
        if (System.getenv("DISPLAY") == null && System.getenv("WAYLAND_DISPLAY") == null) {
            return false;
        }
        try {
            new ProcessBuilder("xdg-open", page.toString())
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start();
            return true;
        } catch (IOException noSuchCommand) {
            return false;
        }
    }
}
