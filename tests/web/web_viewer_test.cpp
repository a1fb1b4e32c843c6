// The viewer for browsers, through a real blinkd and its port.

#include <chrono>
#include <memory>

#include "common/limits.h"
#include "server/control.h"
#include "tests/support/daemon.h"
#include "tests/web/browser.h"
#include "vso/client_array.h"

namespace blink::server {
namespace {

using test::Browser;
using test::Picture;

class WebViewerTest : public ::testing::Test {
 protected:
  WebViewerTest() {
    const std::string address = ask_server(daemon.directory, "web").value().json;
    const auto colon = address.rfind(':'), hash = address.find('#');
    port = static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1)));
    token = address.substr(hash + 1, 32);
  }
  Picture screenshot() const {
    return test::picture_of(ask_server(daemon.directory, "screenshot").value().payload);
  }
  std::unique_ptr<Browser> watch() const {
    auto browser = std::make_unique<Browser>(port);
    EXPECT_TRUE(browser->upgrade());
    browser->say(token);
    browser->show(browser->hear());
    return browser;
  }
  // Shows what comes until nothing more does.
  static int settle(Browser& browser) {
    for (int messages = 0;; ++messages) {
      const std::string message = browser.hear(1'000);
      if (message.size() < 20) {
        EXPECT_EQ(message, "");
        return messages;
      }
      browser.show(message);
    }
  }
  // After whatever it was, the user still sees the screen.
  void expect_unharmed() {
    EXPECT_TRUE(daemon.is_alive());
    const auto browser = watch();
    settle(*browser);
    EXPECT_EQ(browser->screen, screenshot());
  }

  test::Daemon daemon{{"--web", "0"}};
  std::uint16_t port = 0;
  std::string token;
};

TEST_F(WebViewerTest, ServesItsPageAlone) {
  const std::string host = "127.0.0.1:" + std::to_string(port);
  const std::string page = Browser(port).ask("GET /", host);
  EXPECT_TRUE(page.starts_with("HTTP/1.1 200")) << page;
  for (const char* header : {"x-frame-options: DENY", "frame-ancestors 'none'", "no-store"})
    EXPECT_NE(page.find(header), page.npos) << header;
  EXPECT_TRUE(Browser(port).ask("GET /other", host).starts_with("HTTP/1.1 404"));
  EXPECT_TRUE(Browser(port).ask("GET /../../etc/passwd", host).find("200") == page.npos);
  EXPECT_TRUE(Browser(port).ask("POST /", host).find("200") == page.npos);
  EXPECT_TRUE(Browser(port).ask("GET /", "example.org").starts_with("HTTP/1.1 403"));
  EXPECT_TRUE(Browser(port).ask("GET /", "localhost:1").starts_with("HTTP/1.1 403"));
}

TEST_F(WebViewerTest, OthersAreRefused) {
  const std::string host = "127.0.0.1:" + std::to_string(port), origin = "http://" + host;
  EXPECT_TRUE(Browser(port).upgrade(host, origin));
  EXPECT_FALSE(Browser(port).upgrade(host, ""));
  EXPECT_FALSE(Browser(port).upgrade(host, "http://example.org"));
  EXPECT_FALSE(Browser(port).upgrade("example.org:" + std::to_string(port), origin));
  Browser wrong(port);
  ASSERT_TRUE(wrong.upgrade());
  wrong.say(std::string(32, '0'));
  EXPECT_EQ(wrong.hear(), "closed 4001");
  Browser silent(port);
  ASSERT_TRUE(silent.upgrade());
  EXPECT_EQ(silent.hear(), "closed 4001") << "after some seconds, and without a picture";
  expect_unharmed();
}

TEST_F(WebViewerTest, ShowsTheScreenAndThenExactly) {
  auto browser = watch();
  const Picture truth = screenshot();
  ASSERT_EQ(browser->screen.rgb.size(), truth.rgb.size());
  int far_off = 0;
  for (std::size_t i = 0; i < truth.rgb.size(); ++i)
    far_off += std::abs(browser->screen.rgb[i] - truth.rgb[i]) > 12;
  EXPECT_LT(far_off, static_cast<int>(truth.rgb.size() / 200));
  EXPECT_GT(settle(*browser), 0);
  EXPECT_EQ(browser->screen, truth);
  EXPECT_EQ(browser->hear(1'000), "") << "nothing changes: nothing is sent";
}

TEST_F(WebViewerTest, TakesInput) {
  auto client = daemon.connect().take();
  auto* array = client->add_array(16).value();
  const auto window = array->create(BLINK_OBJECT_WINDOW, 6, {100, 100}).value();
  array->end_update(window);
  auto browser = watch();
  settle(*browser);
  const Picture before = browser->screen;
  browser->say(R"([{"kind":"pointer","x":90,"y":40},{"kind":"button","code":1,"press":1},)"
               R"({"kind":"pointer","x":190,"y":140},{"kind":"button","code":1,"press":0}])");
  EXPECT_GT(settle(*browser), 0);
  EXPECT_EQ(browser->screen, screenshot());
  // The window's content is black, and was elsewhere.
  EXPECT_EQ(before.at(74, 104), 0u);
  EXPECT_NE(browser->screen.at(30, 60), 0u);
  EXPECT_EQ(browser->screen.at(174, 204), 0u);
}

TEST_F(WebViewerTest, OneMessageIsOnItsWayAtMost) {
  Browser slow(port);
  ASSERT_TRUE(slow.upgrade());
  slow.say(token);
  EXPECT_NE(slow.hear(), "");
  auto client = daemon.connect().take();
  auto* array = client->add_array(16).value();
  array->end_update(array->create(BLINK_OBJECT_WINDOW, 6, {100, 100}).value());
  EXPECT_EQ(slow.hear(1'000), "") << "it has not shown the first";
}

TEST_F(WebViewerTest, OnlySoManyWatch) {
  std::vector<std::unique_ptr<Browser>> all;
  for (unsigned i = 0; i < limits::web_viewers_max; ++i)
    all.push_back(watch());
  Browser more(port);
  ASSERT_TRUE(more.upgrade());
  more.say(token);
  EXPECT_EQ(more.hear(), "closed 4002");
  all.clear();
  expect_unharmed();
}

TEST_F(WebViewerTest, HostileMessages) {
  const std::string deep(60'000, '[');
  for (const std::string& text :
       {std::string("{"), std::string("{}"), std::string("{\"shown\":-1}"),
        std::string("{\"shown\":\"x\"}"), std::string("nonsense"), std::string("")}) {
    auto browser = watch();
    browser->say(text);
    std::string end;
    while ((end = browser->hear(3'000)).size() > 20) {
    }
    EXPECT_EQ(end, "closed 4003") << text;
  }
  auto browser = watch();
  for (const std::string& text : {deep, std::string("[1,2]"), std::string("[{\"kind\":\"none\"}]"),
                                  std::string("[{\"kind\":\"pointer\",\"x\":1e99,\"y\":\"1\"}]"),
                                  std::string("[{\"kind\":\"key\",\"code\":-5,\"press\":7}]")})
    browser->say(text);
  settle(*browser);
  EXPECT_EQ(browser->screen, screenshot()) << "input that is wrong is left out";
  browser->say(std::string(100'000, ' '));
  EXPECT_EQ(browser->hear(), "closed 4003");
  Browser huge(port);
  ASSERT_TRUE(huge.upgrade());
  huge.say("", '\x81', ~0ull >> 1);
  huge.send(std::string(200'000, 'x'));
  huge.hear();
  auto flood = watch();
  for (int i = 0; i < 20'000; ++i)
    flood->say("[]");
  watch()->say("\xff\xfe");
  watch()->say("[]", '\xf3');
  expect_unharmed();
}

TEST_F(WebViewerTest, HostileConnections) {
  const std::string host = "127.0.0.1:" + std::to_string(port);
  {
    std::vector<std::unique_ptr<Browser>> crowd;
    for (int i = 0; i < 100; ++i) {
      crowd.push_back(std::make_unique<Browser>(port));
      if (i % 2 == 0) crowd.back()->send("GET / HTTP/1.1\r\nHost: ");
    }
    EXPECT_TRUE(ask_server(daemon.directory, "screenshot").is_ok());
  }
  Browser(port).send(std::string(300'000, 'A'));
  Browser(port).send("GET / HTTP/1.1\r\nHost: " + std::string(100'000, 'a') + "\r\n\r\n");
  Browser(port).send("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03");
  EXPECT_EQ(Browser(port)
                .ask("GET / HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                     "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\nX: ",
                     "example.org")
                .find("200"),
            std::string::npos);
  expect_unharmed();
}

// Whoever has not named the token makes room for who comes later; viewers keep their places.
TEST_F(WebViewerTest, ACrowdOfStrangersKeepsNobodyOut) {
  const std::string host = "127.0.0.1:" + std::to_string(port);
  const auto early = watch();
  settle(*early);
  std::vector<std::unique_ptr<Browser>> crowd;
  for (unsigned i = 0; i < 5 * limits::web_connections_max; ++i) {
    crowd.push_back(std::make_unique<Browser>(port));
    if (i % 3 == 1) crowd.back()->send("GET / HTTP/1.1\r\nHost: ");
    if (i % 3 == 2) crowd.back()->upgrade();
  }
  EXPECT_TRUE(Browser(port).ask("GET /", host).starts_with("HTTP/1.1 200"));
  const auto late = watch();
  settle(*late);
  EXPECT_EQ(late->screen, screenshot());
  auto client = daemon.connect().take();
  auto* array = client->add_array(16).value();
  array->end_update(array->create(BLINK_OBJECT_WINDOW, 6, {100, 100}).value());
  settle(*early);
  EXPECT_EQ(early->screen, screenshot());
}

TEST_F(WebViewerTest, WhoSpeaksSlowlyHasNoMoreTime) {
  Browser slow(port);
  slow.send("GET / HTTP/1.1\r\n");
  const auto begin = std::chrono::steady_clock::now();
  const auto passed = [&] { return std::chrono::steady_clock::now() - begin; };
  const std::chrono::milliseconds patience(2 * limits::web_token_ms_max);
  // Nothing is to be read from it but its end.
  for (pollfd readable{slow.socket, POLLIN, 0};
       ::poll(&readable, 1, 250) == 0 && passed() < patience;)
    slow.send("x");
  EXPECT_LT(passed(), patience);
}

TEST_F(WebViewerTest, SpeaksNoHttp2) {
  const std::string host = "127.0.0.1:" + std::to_string(port);
  const std::string upgraded = Browser(port).ask(
      "GET / HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
      "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\nX:",
      host);
  EXPECT_EQ(upgraded.find("101"), upgraded.npos) << upgraded;
  Browser knowing(port);
  knowing.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + std::string("\0\0\0\4\0\0\0\0\0", 9));
  const std::string answer = knowing.receive(9, 1'000);
  EXPECT_TRUE(answer.empty() || answer.starts_with("HTTP/1.")) << answer.size();
  expect_unharmed();
}

TEST_F(WebViewerTest, AnIdleScreenCostsNothing) {
  const auto cpu_ticks = [&] {
    std::ifstream file("/proc/" + std::to_string(daemon.pid) + "/stat");
    std::string text;
    std::getline(file, text, ')');
    long user = 0, system = 0;
    for (int i = 3; i < 14; ++i)
      file >> text;
    file >> user >> system;
    return user + system;
  };
  auto browser = watch();
  settle(*browser);
  const long with_viewer = cpu_ticks();
  ::sleep(2);
  EXPECT_LE(cpu_ticks() - with_viewer, 1);
  browser.reset();
  const long alone = cpu_ticks();
  ::sleep(2);
  EXPECT_LE(cpu_ticks() - alone, 1);
}

}  // namespace
}  // namespace blink::server
