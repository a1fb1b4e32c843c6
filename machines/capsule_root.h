// CapsuleRoot: the file tree of a capsule, made from within its new namespaces.
//
// It is a small file system in memory that cannot be written. Into it are put, for reading alone,
// the host's programs and libraries, a few files of /etc, and Blink's driver; and one folder with
// the door. What can be written is in memory and the capsule's own: /tmp, /home, /run, /var,
// /dev/shm. Nothing else of the host has a path there: no home, no runtime directory, no /sys.
//
// Two steps, because the files of the host are this user's to open, and who makes the tree is the
// capsule's root, who may nothing outside.

#pragma once

#include <string>
#include <vector>

#include "common/status.h"
#include "common/unique_fd.h"

namespace blink::machines {

struct CapsulePlan {
  std::string name;
  std::string door;
  std::string driver_folder;
  std::string init;   // the program that is process 1
  std::string agent;  // the one that shows windows
  std::string share;  // empty: none
  bool has_host_network = false;
};

// Paths within.
inline constexpr const char* capsule_door = "/blink/door";
inline constexpr const char* capsule_driver = "/blink/lib";
inline constexpr const char* capsule_init = "/blink/init";
inline constexpr const char* capsule_agent = "/blink/x-agent";
inline constexpr const char* capsule_share = "/share";
inline constexpr const char* capsule_home = "/home/user";
// Far from those of the host: libraries look for a socket without a file first, by number alone,
// and with the host's network would find the host's.
inline constexpr const char* capsule_display = ":1000";
inline constexpr const char* capsule_output = "/run/blink/output";
inline constexpr const char* capsule_errors = "/run/blink/errors";

// Who the programs are, within.
inline constexpr unsigned capsule_user = 1000;

class CapsuleRoot {
 public:
  // As the user who starts the capsule.
  static Result<CapsuleRoot> open_sources(const CapsulePlan& plan);
  // As its root, in mount and pid namespaces of its own. Afterwards it is this process' root.
  Status become() const;

 private:
  struct Mount {
    UniqueFd source;
    std::string target;  // without the / it begins with
    bool is_folder = false;
    bool is_writable = false, is_device = false;
  };
  struct Link {
    std::string path, to;
  };

  explicit CapsuleRoot(CapsulePlan plan) : plan_(std::move(plan)) {}
  Status add(const std::string& source, const std::string& target, bool is_writable = false,
             bool is_device = false);
  Status add_system();
  Status add_configuration();
  Status mount_all() const;
  Status put(const Mount& mount) const;
  Status write_files() const;

  CapsulePlan plan_;
  std::vector<Mount> mounts_;
  std::vector<Link> links_;
};

}  // namespace blink::machines
