#include <gtest/gtest.h>

#include <algorithm>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>

#include "common/byte_reader.h"
#include "common/log.h"
#include "common/runtime_dir.h"
#include "common/status.h"
#include "common/text.h"
#include "common/unique_fd.h"

namespace blink {
namespace {

TEST(Status, KeepsTheKindsApart) {
  EXPECT_TRUE(Status().is_ok());
  const Status guest = Status::guest(7, "too many");
  EXPECT_TRUE(guest.is_guest() && !guest.is_system() && !guest.is_ok());
  EXPECT_EQ(guest.code(), 7u);
  const Status system = Status::system("cannot open x", ENOENT);
  EXPECT_TRUE(system.is_system());
  EXPECT_EQ(system.text(), "cannot open x: No such file or directory");
  EXPECT_EQ(Status::guest(7, "too many").within("array 3").text(), "array 3: too many");
}

Result<int> half(int number) {
  if (number % 2 != 0) return Status::guest(1, "odd");
  return number / 2;
}
Result<int> quarter(int number) {
  BLINK_ASSIGN(const int once, half(number));
  return half(once);
}

TEST(Result, CarriesTheValueOrTheReason) {
  EXPECT_EQ(quarter(8).take(), 2);
  EXPECT_EQ(quarter(6).status().text(), "odd");
}

TEST(ResultDeathTest, AValueThatIsNotThereIsABug) { EXPECT_DEATH((void)half(1).take(), "CHECK"); }

TEST(ByteReader, StopsAtTheEndAndStaysStopped) {
  const std::array<std::byte, 6> bytes{std::byte{1}, {}, {}, {}, std::byte{2}, {}};
  ByteReader reader(bytes);
  EXPECT_EQ(reader.read<std::uint32_t>(), 1u);
  EXPECT_TRUE(reader.is_good());
  EXPECT_EQ(reader.read<std::uint32_t>(), 0u);
  EXPECT_FALSE(reader.is_good());
  EXPECT_EQ(reader.read<std::uint8_t>(), 0u) << "nothing is read after a miss";
  EXPECT_TRUE(reader.take(0).empty());
}

TEST(Text, NothingForeignReachesTheTerminal) {
  EXPECT_EQ(printable("plain caf\xC3\xA9"), "plain caf\xC3\xA9");
  EXPECT_EQ(printable("a\nb\"c\\d\x1b[2J"), "a\\nb\\\"c\\\\d\\x1b[2J");
  EXPECT_EQ(printable("\xC2\x9B"), "\\xc2\\x9b") << "a control character in UTF-8";
  EXPECT_EQ(printable("\xC0\xAF\xED\xA0\x80\xF5\x80\x80\x80\xE2\x82"),
            "\\xc0\\xaf\\xed\\xa0\\x80\\xf5\\x80\\x80\\x80\\xe2\\x82");
  EXPECT_EQ(printable("\xE2\x80\xAE\xE2\x81\xA9\xE2\x80\xA8\xD8\x9C"),
            "\\xe2\\x80\\xae\\xe2\\x81\\xa9\\xe2\\x80\\xa8\\xd8\\x9c")
      << "what turns the rest of the line around";
  EXPECT_EQ(printable("\xE2\x82\xAC\xE2\x80\x93"), "\xE2\x82\xAC\xE2\x80\x93");
  EXPECT_EQ(printable("abcdef", 3), "abc...");
  EXPECT_EQ(fixed_field("abc\0d", 5), "abc");
  EXPECT_EQ(fixed_field("abcde", 3), "abc");
}

TEST(Text, CharactersOneByOne) {
  std::string_view text = "a\x1b\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\xE2\x80\xAE\xFF";
  std::u32string characters;
  while (!text.empty())
    characters += take_character(text);
  // The override that turns a line around is three bytes, none of which is a character.
  EXPECT_EQ(characters, U"a\uFFFD\u00E9\u20AC\U0001F600\uFFFD\uFFFD\uFFFD\uFFFD");
}

TEST(Text, FirstBytesAreWholeCharacters) {
  EXPECT_EQ(first_bytes("a\xE2\x82\xAC", 4), "a\xE2\x82\xAC");
  EXPECT_EQ(first_bytes("a\xE2\x82\xAC", 3), "a");
  EXPECT_EQ(first_bytes("a\xE2\x82\xAC", 1), "a");
  EXPECT_EQ(first_bytes("\x80\x80\x80", 2), "");
}

TEST(Text, IsCutAtCharacters) {
  EXPECT_EQ(columns("aäb"), 3u);
  EXPECT_EQ(first_columns("aäb", 2), "aä");
  EXPECT_EQ(first_columns("aäb", 1), "a");
  EXPECT_EQ(first_columns("aäb", 0), "");
  EXPECT_EQ(first_columns("aäb", 9), "aäb");
}

TEST(Log, AClientCannotForgeALine) {
  ::testing::internal::CaptureStderr();
  log_warning("session.end", {{"name", "x\n2026-01-01 error forged a=b"}, {"code", 3}});
  const std::string line = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
  EXPECT_NE(line.find("name=\"x\\n2026-01-01 error forged a=b\" code=3"), std::string::npos)
      << line;
}

TEST(Log, OneKindOfEventCannotFloodIt) {
  ::testing::internal::CaptureStderr();
  for (int i = 0; i < 5000; ++i)
    log_warning("test.flood");
  log_warning("test.other");
  log_info("test.flood");
  const std::string text = ::testing::internal::GetCapturedStderr();
  EXPECT_GE(std::count(text.begin(), text.end(), '\n'), 202);
  EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 400);
  EXPECT_NE(text.find("test.other"), std::string::npos) << "others are still heard";
  EXPECT_NE(text.find("info test.flood"), std::string::npos) << "another level is another kind";
  // It says so as soon as it may speak again.
  ::testing::internal::CaptureStderr();
  ::usleep(1'100'000);
  log_warning("test.flood", {{"a", 1}});
  const std::string later = ::testing::internal::GetCapturedStderr();
  EXPECT_NE(later.find("test.flood a=1 left_out=4"), std::string::npos) << later;
}

TEST(Log, AFileIsBounded) {
  char name[] = "/tmp/blink-test-XXXXXX";
  const std::string base = ::mkdtemp(name);
  const std::string path = base + "/log";
  const int was = ::dup(STDERR_FILENO);
  const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600));
  ::dup2(file.get(), STDERR_FILENO);
  bound_log(path, 20'000);
  for (int i = 0; i < 150; ++i)
    log_warning("test.bounded", {{"number", i}, {"text", std::string(400, 'x')}});
  ::dup2(was, STDERR_FILENO);
  ::close(was);
  bound_log(path, 20'000);  // standard error is something else again
  EXPECT_LE(std::filesystem::file_size(path), 21'000u);
  EXPECT_LE(std::filesystem::file_size(path + ".1"), 21'000u);
  std::ifstream log(path);
  std::string last;
  for (std::string line; std::getline(log, line);)
    last = line;
  EXPECT_NE(last.find("number=149"), std::string::npos) << last;
  std::filesystem::remove_all(base);
}

TEST(UniqueFd, ClosesOnce) {
  int raw = -1;
  {
    UniqueFd fd(::open("/dev/null", O_RDONLY));
    raw = fd.get();
    UniqueFd moved = std::move(fd);
    EXPECT_FALSE(fd.is_open());  // NOLINT: that is the point
    EXPECT_EQ(::fcntl(raw, F_GETFD), 0);
  }
  EXPECT_EQ(::fcntl(raw, F_GETFD), -1);
}

TEST(RuntimeDir, IsForOneUserAlone) {
  char name[] = "/tmp/blink-test-XXXXXX";
  const std::string base = ::mkdtemp(name);
  EXPECT_TRUE(prepare_runtime_dir(base + "/new").is_ok());
  ::chmod((base + "/new").c_str(), 0755);
  EXPECT_TRUE(prepare_runtime_dir(base + "/new").is_system());
  ASSERT_EQ(::symlink(base.c_str(), (base + "/link").c_str()), 0);
  EXPECT_TRUE(prepare_runtime_dir(base + "/link").is_system());
  EXPECT_TRUE(prepare_runtime_dir(base + "/not/there").is_system());
  std::filesystem::remove_all(base);
}

TEST(RuntimeDir, OfAnotherIsNotBelieved) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can be somebody else";
  const uid_t victim = 100'000 + static_cast<uid_t>(::getpid());
  const std::string path = "/tmp/blink-" + std::to_string(victim);
  const auto check = [&] {
    EXPECT_EQ(::seteuid(victim), 0);
    Status status = check_runtime_dir(path);
    EXPECT_EQ(::seteuid(0), 0);
    return std::string(status.text());
  };
  EXPECT_NE(check().find("no Blink server"), std::string::npos);
  ASSERT_EQ(::mkdir(path.c_str(), 0711), 0);
  EXPECT_EQ(check(), "ok") << "root's";
  ::chown(path.c_str(), victim + 1, 0);
  EXPECT_NE(check().find("belongs to another user"), std::string::npos);
  ::chown(path.c_str(), victim, 0);
  EXPECT_EQ(check(), "ok");
  ::chmod(path.c_str(), 0770);
  EXPECT_NE(check().find("can be written"), std::string::npos);
  ::rmdir(path.c_str());
  ASSERT_EQ(::symlink("/", path.c_str()), 0);
  EXPECT_NE(check().find("no directory"), std::string::npos);
  ::unlink(path.c_str());
}

}  // namespace
}  // namespace blink
