package dev.onchange.console;

import jakarta.servlet.Servlet;
import java.io.File;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;

/** A Tomcat on any free port that has one servlet. */
final class ServletContainer implements AutoCloseable {

    private final Tomcat tomcat = new Tomcat();

    ServletContainer(Servlet servlet, String mapping) {
        this(servlet, "", mapping);
    }

    ServletContainer(Servlet servlet, String contextPath, String mapping) {
        File folder = new File(System.getProperty("java.io.tmpdir"), "onchange-tomcat");
        tomcat.setBaseDir(folder.getPath());
        tomcat.setPort(0);
        Context context = tomcat.addContext(contextPath, null);
        Tomcat.addServlet(context, "console", servlet).addMapping(mapping);
        try {
            tomcat.getConnector();
            tomcat.start();
        } catch (LifecycleException e) {
            throw new AssertionError(e);
        }
    }

    String url() {
        return "http://127.0.0.1:" + tomcat.getConnector().getLocalPort();
    }

    @Override
    public void close() {
        try {
            tomcat.stop();
            tomcat.destroy();
        } catch (LifecycleException e) {
            throw new AssertionError(e);
        }
    }
}
