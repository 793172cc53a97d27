package dev.onchange.console;

import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.ExpectedCondition;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A Chromium without a window, of this machine: nothing is downloaded. It does what an operator does, and waits for what is seen. */
final class Browser implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** The browser's own answers take less processor time than Selenium's scripts for what is seen. */
    private static final String FIRST_SEEN = """
        const found = document.evaluate(arguments[0], document, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE, null);
        for (let i = 0; i < found.snapshotLength; i++) {
            const element = found.snapshotItem(i);
            if (element.checkVisibility({opacityProperty: true, visibilityProperty: true})) {
                return element;
            }
        }
        return null;
        """;

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** One that is open, with this width. */
    static Browser open(int width) {
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(program("chromium", "ONCHANGE_CHROMIUM", "chromium-browser", "google-chrome"));
        options.addArguments(
                "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=" + width + ",900");
        // Nothing but the pages is to take processor time: no emulated graphics processor, nothing fetched.
        options.addArguments(
                "--disable-gpu", "--in-process-gpu", "--disable-extensions", "--disable-background-networking");
        options.addArguments(
                "--hide-scrollbars",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                "--disable-default-apps");
        // Each page that was opened had a process of its own, with another one in reserve and the last one kept.
        options.addArguments(
                "--renderer-process-limit=1",
                "--disable-site-isolation-trials",
                "--disable-features=SpareRendererForSitePerProcess,BackForwardCache,ProactivelySwapBrowsingInstance",
                "--enable-features=NetworkServiceInProcess2",
                "--force-prefers-reduced-motion");
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(program("chromedriver", "ONCHANGE_CHROMEDRIVER"))
                .build();
        return new Browser(new ChromeDriver(service, options));
    }

    private static File program(String name, String variable, String... otherNames) {
        String set = System.getenv(variable);
        if (set != null) {
            return new File(set);
        }
        List<String> names =
                Stream.concat(Stream.of(name), Stream.of(otherNames)).toList();
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .flatMap(folder -> names.stream().map(each -> Path.of(folder, each)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() ->
                        new AssertionError("There is no " + name + " on the PATH, which tests of the console need. On"
                                + " Debian: apt-get install chromium chromium-driver;"
                                + " elsewhere set ONCHANGE_CHROMIUM and"
                                + " ONCHANGE_CHROMEDRIVER to the two programs."))
                .toFile();
    }

    void go(URI address) {
        driver.get(address.toString());
    }

    /** Follows a link of the page, as somebody types it. */
    void goWithin(String hash) {
        driver.executeScript("location.hash = arguments[0]", hash);
    }

    /** Closes the page, which asks no more. */
    void leave() {
        driver.get("about:blank");
    }

    /** Opens a page by its name in the navigation. */
    void page(String name) {
        click("//nav/a[normalize-space()='" + name + "']");
        see("//main//h1");
    }

    /** Waits until there is something to see, and gives it; XPath. */
    WebElement see(String path) {
        return until(path + " is seen", browser -> (WebElement) driver.executeScript(FIRST_SEEN, path));
    }

    /** Waits until a text is seen on the page. */
    void seeText(String text) {
        until("'" + text + "' is seen", browser -> text().contains(text) ? text : null);
    }

    boolean sees(String path) {
        return !driver.findElements(By.xpath(path)).isEmpty();
    }

    String text() {
        return (String) driver.executeScript("return document.body.innerText");
    }

    /** Presses something once it can be pressed. */
    void click(String path) {
        until(path + " can be pressed", browser -> {
            WebElement found = see(path);
            if (!found.isEnabled()) {
                return null;
            }
            driver.executeScript("arguments[0].scrollIntoView({block: 'center'})", found);
            found.click();
            return found;
        });
    }

    void press(String buttonName) {
        click("//button[@name='" + buttonName + "']");
    }

    void type(String field, String text) {
        WebElement found = see("//*[@name='" + field + "']");
        found.clear();
        found.sendKeys(text);
    }

    /** Types where the focus is. */
    void keys(CharSequence... keys) {
        driver.switchTo().activeElement().sendKeys(keys);
    }

    /** The name of what has the focus, or null. */
    @Nullable
    String focused() {
        return driver.switchTo().activeElement().getDomAttribute("name");
    }

    URI address() {
        return URI.create(driver.getCurrentUrl());
    }

    /** Draws the page in light or dark colours, whatever the computer is set to. */
    void colours(String theme) {
        see("//select[@aria-label='Colours']")
                .findElement(By.xpath("option[@value='" + theme + "']"))
                .click();
    }

    /** What is seen, with so many pixels. */
    byte[] picture(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        driver.executeScript("document.activeElement.blur(); scrollTo(0, 0)");
        return driver.getScreenshotAs(OutputType.BYTES);
    }

    void back() {
        driver.navigate().back();
    }

    String value(String field) {
        return see("//*[@name='" + field + "']").getDomProperty("value");
    }

    /** What the browser complains of: scripts that fail, files that are refused. That a filter is refused (422) is an answer. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .filter(message -> !message.contains("status of 422"))
                .toList();
    }

    <T> T until(String what, ExpectedCondition<T> condition) {
        return new WebDriverWait(driver, PATIENCE, Duration.ofMillis(200))
                .ignoring(StaleElementReferenceException.class)
                .withMessage(() -> "until " + what + "; seen instead:\n" + text())
                .until(condition);
    }

    @Override
    public void close() {
        driver.quit();
    }
}
