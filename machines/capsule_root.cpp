#include "machines/capsule_root.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <filesystem>

namespace blink::machines {
namespace {

namespace fs = std::filesystem;

constexpr const char* staging = "/tmp";  // where the tree is made; every host has it

// Of /etc: what programs need to find libraries, fonts, certificates, drivers and their defaults.
// Nothing about this host's users or its network.
constexpr const char* configuration[] = {"alternatives",
                                         "ca-certificates",
                                         "chromium",
                                         "chromium.d",
                                         "default/locale",
                                         "dconf",
                                         "debian_version",
                                         "drirc",
                                         "egl",
                                         "emacs",
                                         "firefox",
                                         "firefox-esr",
                                         "fonts",
                                         "glvnd",
                                         "gtk-2.0",
                                         "gtk-3.0",
                                         "gtk-4.0",
                                         "ImageMagick-6",
                                         "java-17-openjdk",
                                         "ld.so.cache",
                                         "ld.so.conf",
                                         "ld.so.conf.d",
                                         "libreoffice",
                                         "locale.alias",
                                         "localtime",
                                         "magic",
                                         "mailcap",
                                         "mime.types",
                                         "mpv",
                                         "OpenCL",
                                         "os-release",
                                         "pango",
                                         "perl",
                                         "protocols",
                                         "python3",
                                         "python3.11",
                                         "services",
                                         "shells",
                                         "ssl/certs",
                                         "ssl/openssl.cnf",
                                         "terminfo",
                                         "timezone",
                                         "vulkan",
                                         "X11",
                                         "xdg"};
constexpr const char* network_configuration[] = {"gai.conf", "host.conf", "resolv.conf"};
constexpr const char* system_folders[] = {"usr", "opt",   "bin",   "sbin",
                                          "lib", "lib32", "lib64", "libx32"};
constexpr const char* devices[] = {"null", "zero", "full", "random", "urandom"};

struct Memory {
  const char* target;
  const char* options;
  unsigned long flags;
};
constexpr Memory memories[] = {
    {"tmp", "mode=1777,size=2g", MS_NOSUID | MS_NODEV},
    {"home", "mode=755,size=4g", MS_NOSUID | MS_NODEV},
    {"run", "mode=755,size=256m", MS_NOSUID | MS_NODEV | MS_NOEXEC},
    {"var", "mode=755,size=1g", MS_NOSUID | MS_NODEV},
    {"dev", "mode=755,size=64k", MS_NOSUID | MS_NOEXEC},
};
struct Folder {
  const char* path;
  ::mode_t mode;
  bool is_the_users;
};
constexpr Folder folders[] = {{"tmp/.X11-unix", 01777, false}, {"tmp/.ICE-unix", 01777, false},
                              {"home/user", 0700, true},       {"run/user", 0755, false},
                              {"run/user/1000", 0700, true},   {"run/blink", 0755, false},
                              {"var/tmp", 01777, false},       {"var/cache", 0755, false},
                              {"var/lib", 0755, false},        {"var/lib/xkb", 0777, false},
                              {"var/log", 0777, false},        {"dev/shm", 01777, false},
                              {"dev/pts", 0755, false},        {"proc", 0755, false}};

Status failed(const std::string& what) { return Status::system("cannot " + what, errno); }

Status make_folders(const std::string& path) {
  for (std::size_t at = path.find('/'); at != path.npos; at = path.find('/', at + 1))
    if (::mkdir(path.substr(0, at).c_str(), 0755) != 0 && errno != EEXIST)
      return failed("make /" + path);
  if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) return failed("make /" + path);
  return {};
}

Status write_file(const std::string& path, const std::string& text) {
  const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!fd.is_open() ||
      ::write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    return failed("write /" + path);
  return {};
}

Status make_unwritable(const char* path, std::uint64_t more, bool with_all_below) {
  mount_attr attributes{};
  attributes.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | more;
  const unsigned how = AT_SYMLINK_NOFOLLOW | (with_all_below ? AT_RECURSIVE : 0u);
  if (::mount_setattr(AT_FDCWD, path, how, &attributes, sizeof attributes) != 0)
    return failed("make " + std::string(path) + " read-only");
  return {};
}

std::string random_id() {
  unsigned char bytes[16] = {};
  (void)!::getrandom(bytes, sizeof bytes, 0);
  std::string text;
  for (const unsigned char byte : bytes) {
    char two[3];
    std::snprintf(two, sizeof two, "%02x", byte);
    text += two;
  }
  return text;
}

}  // namespace

Result<CapsuleRoot> CapsuleRoot::open_sources(const CapsulePlan& plan) {
  CapsuleRoot root(plan);
  BLINK_TRY(root.add_system());
  BLINK_TRY(root.add_configuration());
  for (const char* device : devices)
    BLINK_TRY(root.add(std::string("/dev/") + device, std::string("dev/") + device, true, true));
  BLINK_TRY(root.add(plan.driver_folder, &capsule_driver[1]));
  BLINK_TRY(root.add(plan.init, &capsule_init[1]));
  BLINK_TRY(root.add(plan.agent, &capsule_agent[1]));
  BLINK_TRY(root.add(plan.door, &capsule_door[1]));
  if (!plan.share.empty()) BLINK_TRY(root.add(plan.share, &capsule_share[1], true));
  return root;
}

// The link `path` within leads where it leads on the host; else it is the same file.
Status CapsuleRoot::add_system() {
  for (const std::string folder : system_folders) {
    const std::string path = "/" + folder;
    std::error_code error;
    if (fs::is_symlink(path, error))
      links_.push_back({folder, fs::read_symlink(path, error)});
    else if (fs::is_directory(path, error))
      BLINK_TRY(add(path, folder));
  }
  if (::access("/var/cache/fontconfig", R_OK) == 0)
    BLINK_TRY(add("/var/cache/fontconfig", "var/cache/fontconfig"));
  return {};
}

Status CapsuleRoot::add_configuration() {
  const auto add_there = [this](const char* name) -> Status {
    const std::string path = std::string("/etc/") + name;
    if (::access(path.c_str(), R_OK) != 0) return {};
    return add(path, path.substr(1));
  };
  for (const char* name : configuration)
    BLINK_TRY(add_there(name));
  if (plan_.has_host_network)
    for (const char* name : network_configuration)
      BLINK_TRY(add_there(name));
  return {};
}

Status CapsuleRoot::add(const std::string& source, const std::string& target, bool is_writable,
                        bool is_device) {
  UniqueFd fd(::open(source.c_str(), O_PATH | O_CLOEXEC));
  struct stat info {};
  if (!fd.is_open() || ::fstat(fd.get(), &info) != 0) return failed("look at " + source);
  mounts_.push_back({std::move(fd), target, S_ISDIR(info.st_mode), is_writable, is_device});
  return {};
}

Status CapsuleRoot::become() const {
  ::umask(0);
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    return failed("keep mounts from the host");
  if (::mount("blink", staging, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=4m") != 0)
    return failed("mount a root");
  if (::chdir(staging) != 0) return failed("enter the root");
  BLINK_TRY(mount_all());
  BLINK_TRY(write_files());
  // The old root lies over the new one for a moment, and goes with all that is mounted there.
  if (::syscall(SYS_pivot_root, ".", ".") != 0) return failed("change the root");
  if (::umount2(".", MNT_DETACH) != 0) return failed("let go of the host's root");
  if (::chdir("/") != 0) return failed("enter the root");
  ::umask(022);
  return make_unwritable("/", MOUNT_ATTR_NODEV, false);
}

Status CapsuleRoot::mount_all() const {
  for (const Memory& memory : memories) {
    BLINK_TRY(make_folders(memory.target));
    if (::mount("blink", memory.target, "tmpfs", memory.flags, memory.options) != 0)
      return failed(std::string("mount /") + memory.target);
  }
  for (const Folder& folder : folders) {
    if (::mkdir(folder.path, folder.mode) != 0) return failed(std::string("make /") + folder.path);
    if (folder.is_the_users && ::chown(folder.path, capsule_user, capsule_user) != 0)
      return failed(std::string("give away /") + folder.path);
  }
  if (::mount("blink", "dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777,size=2g") != 0 ||
      ::mount("devpts", "dev/pts", "devpts", MS_NOSUID | MS_NOEXEC,
              "newinstance,ptmxmode=0666,mode=0620") != 0 ||
      ::mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0)
    return failed("mount /dev and /proc");
  for (const Mount& mount : mounts_)
    BLINK_TRY(put(mount));
  for (const Link& link : links_)
    if (::symlink(link.to.c_str(), link.path.c_str()) != 0) return failed("make /" + link.path);
  return {};
}

Status CapsuleRoot::put(const Mount& mount) const {
  const std::string source = "/proc/self/fd/" + std::to_string(mount.source.get());
  const std::size_t name = mount.target.rfind('/');
  if (mount.is_folder) {
    BLINK_TRY(make_folders(mount.target));
  } else {
    if (name != mount.target.npos) BLINK_TRY(make_folders(mount.target.substr(0, name)));
    BLINK_TRY(write_file(mount.target, ""));
  }
  if (::mount(source.c_str(), mount.target.c_str(), nullptr, MS_BIND | MS_REC, nullptr) != 0)
    return failed("show /" + mount.target);
  if (mount.is_device) return {};
  if (!mount.is_writable) return make_unwritable(mount.target.c_str(), MOUNT_ATTR_NODEV, true);
  mount_attr attributes{};
  attributes.attr_set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
  if (::mount_setattr(AT_FDCWD, mount.target.c_str(), AT_RECURSIVE, &attributes,
                      sizeof attributes) != 0)
    return failed("guard /" + mount.target);
  return {};
}

Status CapsuleRoot::write_files() const {
  BLINK_TRY(make_folders("etc"));
  BLINK_TRY(write_file("etc/passwd",
                       "root:x:0:0:root:/:/usr/sbin/nologin\n"
                       "user:x:1000:1000:user:/home/user:/bin/sh\n"
                       "nobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n"));
  BLINK_TRY(write_file("etc/group", "root:x:0:\nuser:x:1000:\nnogroup:x:65534:\n"));
  BLINK_TRY(write_file("etc/hosts", "127.0.0.1 localhost " + plan_.name + "\n::1 localhost\n"));
  BLINK_TRY(write_file("etc/hostname", plan_.name + "\n"));
  BLINK_TRY(write_file("etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n"));
  BLINK_TRY(write_file("etc/machine-id", random_id() + "\n"));
  struct {
    const char *to, *path;
  } constexpr links[] = {{"/proc/self/fd", "dev/fd"},
                         {"/proc/self/fd/0", "dev/stdin"},
                         {"/proc/self/fd/1", "dev/stdout"},
                         {"/proc/self/fd/2", "dev/stderr"},
                         {"pts/ptmx", "dev/ptmx"},
                         {"/proc/self/mounts", "etc/mtab"},
                         {"/run", "var/run"}};
  for (const auto& link : links)
    if (::symlink(link.to, link.path) != 0) return failed(std::string("make /") + link.path);
  // What programs print goes through these, so that nothing of the host is open within.
  for (const char* path : {capsule_output, capsule_errors})
    if (::mkfifo(&path[1], 0600) != 0) return failed(std::string("make ") + path);
  return {};
}

}  // namespace blink::machines
