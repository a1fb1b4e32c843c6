#include "machines/system_calls.h"

#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <cerrno>
#include <memory>
#include <string>
#include <type_traits>

namespace blink::machines {
namespace {

// Not here, by kind: namespaces and mounts; looking into other processes (ptrace, process_vm_*,
// pidfd_getfd, kcmp, userfaultfd); the keyring; the kernel itself (modules, kexec, bpf,
// perf_event_open, io_uring, clocks, swap, quotas, accounting); vmsplice; what is only of old
// processors (modify_ldt, iopl). Nor clone3, whose flags no filter can see: libraries use clone
// then.
constexpr const char* allowed[] = {
    // files
    "access", "chdir", "chmod", "chown", "close", "close_range", "copy_file_range", "creat", "dup",
    "dup2", "dup3", "faccessat", "faccessat2", "fadvise64", "fallocate", "fchdir", "fchmod",
    "fchmodat", "fchmodat2", "fchown", "fchownat", "fcntl", "fdatasync", "fgetxattr", "flistxattr",
    "flock", "fremovexattr", "fsetxattr", "fstat", "fstatfs", "fsync", "ftruncate", "futimesat",
    "getcwd", "getdents", "getdents64", "getxattr", "inotify_add_watch", "inotify_init",
    "inotify_init1", "inotify_rm_watch", "ioctl", "lchown", "lgetxattr", "link", "linkat",
    "listxattr", "llistxattr", "lremovexattr", "lseek", "lsetxattr", "lstat", "mkdir", "mkdirat",
    "mknod", "mknodat", "newfstatat", "open", "openat", "openat2", "pread64", "preadv", "preadv2",
    "pwrite64", "pwritev", "pwritev2", "read", "readahead", "readlink", "readlinkat", "readv",
    "removexattr", "rename", "renameat", "renameat2", "rmdir", "sendfile", "setxattr", "splice",
    "stat", "statfs", "statx", "symlink", "symlinkat", "sync", "sync_file_range", "syncfs", "tee",
    "truncate", "umask", "unlink", "unlinkat", "utime", "utimensat", "utimes", "write", "writev",
    // memory
    "brk", "cachestat", "get_mempolicy", "madvise", "mbind", "membarrier", "memfd_create",
    "mincore", "mlock", "mlock2", "mlockall", "mmap", "mprotect", "mremap", "mseal", "msync",
    "munlock", "munlockall", "munmap", "pkey_alloc", "pkey_free", "pkey_mprotect",
    "process_madvise", "process_mrelease", "set_mempolicy",
    // processes and threads
    "arch_prctl", "capget", "capset", "clone", "execve", "execveat", "exit", "exit_group", "fork",
    "futex", "futex_requeue", "futex_wait", "futex_waitv", "futex_wake", "get_robust_list",
    "getcpu", "getegid", "geteuid", "getgid", "getgroups", "getpgid", "getpgrp", "getpid",
    "getppid", "getpriority", "getresgid", "getresuid", "getrlimit", "getrusage", "getsid",
    "gettid", "getuid", "ioprio_get", "ioprio_set", "kill", "landlock_add_rule",
    "landlock_create_ruleset", "landlock_restrict_self", "personality", "pidfd_open",
    "pidfd_send_signal", "prctl", "prlimit64", "restart_syscall", "rseq", "rt_sigaction",
    "rt_sigpending", "rt_sigprocmask", "rt_sigqueueinfo", "rt_sigreturn", "rt_sigsuspend",
    "rt_sigtimedwait", "rt_tgsigqueueinfo", "sched_get_priority_max", "sched_get_priority_min",
    "sched_getaffinity", "sched_getattr", "sched_getparam", "sched_getscheduler",
    "sched_rr_get_interval", "sched_setaffinity", "sched_setattr", "sched_setparam",
    "sched_setscheduler", "sched_yield", "seccomp", "set_robust_list", "set_tid_address",
    "setfsgid", "setfsuid", "setgid", "setgroups", "setpgid", "setpriority", "setregid",
    "setresgid", "setresuid", "setreuid", "setrlimit", "setsid", "setuid", "sigaltstack", "tgkill",
    "tkill", "vfork", "wait4", "waitid",
    // time
    "alarm", "clock_getres", "clock_gettime", "clock_nanosleep", "getitimer", "gettimeofday",
    "nanosleep", "pause", "setitimer", "time", "timer_create", "timer_delete", "timer_getoverrun",
    "timer_gettime", "timer_settime", "timerfd_create", "timerfd_gettime", "timerfd_settime",
    "times",
    // waiting for several things
    "epoll_create", "epoll_create1", "epoll_ctl", "epoll_pwait", "epoll_pwait2", "epoll_wait",
    "eventfd", "eventfd2", "poll", "ppoll", "pselect6", "select", "signalfd", "signalfd4",
    // between processes
    "accept", "accept4", "bind", "connect", "getpeername", "getsockname", "getsockopt", "io_cancel",
    "io_destroy", "io_getevents", "io_pgetevents", "io_setup", "io_submit", "listen",
    "mq_getsetattr", "mq_notify", "mq_open", "mq_timedreceive", "mq_timedsend", "mq_unlink",
    "msgctl", "msgget", "msgrcv", "msgsnd", "pipe", "pipe2", "recvfrom", "recvmmsg", "recvmsg",
    "semctl", "semget", "semop", "semtimedop", "sendmmsg", "sendmsg", "sendto", "setsockopt",
    "shmat", "shmctl", "shmdt", "shmget", "shutdown", "socket", "socketpair",
    // the host, as far as it is told
    "getrandom", "sysinfo", "uname"};

using Filter = std::unique_ptr<std::remove_pointer_t<scmp_filter_ctx>, decltype(&seccomp_release)>;

Status failed(const char* what, int error) {
  return Status::system(std::string("cannot limit system calls: ") + what, -error);
}

Status load(const Filter& filter) {
  // Not for threads: there is one. And no_new_privs is set already.
  const int loaded = seccomp_load(filter.get());
  return loaded == 0 ? Status() : failed("the kernel takes no filter", loaded);
}

Result<Filter> new_filter(std::uint32_t otherwise) {
  Filter filter(seccomp_init(otherwise), &seccomp_release);
  if (!filter) return Status::system("cannot limit system calls: no memory");
  seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(ENOSYS));
  return filter;
}

Status allow_by_name() {
  BLINK_ASSIGN(const Filter filter, new_filter(SCMP_ACT_ERRNO(ENOSYS)));
  for (const char* name : allowed) {
    const int number = seccomp_syscall_resolve_name(name);
    if (number < 0) continue;  // the library is older than the call, or the processor has none
    if (const int error = seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, number, 0); error != 0)
      return failed(name, error);
  }
  return load(filter);
}

// Of what is allowed, what is not for some arguments. The kernel looks at 32 bits of these; so do
// we.
Status forbid_arguments() {
  BLINK_ASSIGN(const Filter filter, new_filter(SCMP_ACT_ALLOW));
  constexpr std::uint64_t low = 0xffff'ffff;
  Status status;
  const auto forbid = [&](const char* name, const scmp_arg_cmp& argument) {
    const int error = seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EPERM),
                                       seccomp_syscall_resolve_name(name), 1, argument);
    if (error != 0 && status.is_ok()) status = failed(name, error);
  };
  // Words into somebody's terminal, and onto the console.
  for (const std::uint64_t request : {std::uint64_t{TIOCSTI}, std::uint64_t{TIOCLINUX}})
    forbid("ioctl", SCMP_A1(SCMP_CMP_MASKED_EQ, low, request));
  for (const std::uint64_t flag :
       {std::uint64_t{CLONE_NEWUSER}, std::uint64_t{CLONE_NEWNS}, std::uint64_t{CLONE_NEWPID},
        std::uint64_t{CLONE_NEWNET}, std::uint64_t{CLONE_NEWIPC}, std::uint64_t{CLONE_NEWUTS},
        std::uint64_t{CLONE_NEWCGROUP}})
    forbid("clone", SCMP_A0(SCMP_CMP_MASKED_EQ, flag, flag));
  // Of families of sockets Unix, internet and netlink are left.
  for (std::uint64_t family = 0; family < AF_NETLINK; ++family)
    if (family != AF_UNIX && family != AF_INET && family != AF_INET6)
      forbid("socket", SCMP_A0(SCMP_CMP_EQ, family));
  forbid("socket", SCMP_A0(SCMP_CMP_GT, std::uint64_t{AF_NETLINK}));
  BLINK_TRY(std::move(status));
  return load(filter);
}

}  // namespace

// seccomp() itself must be allowed for the second to be loaded.
Status limit_system_calls() {
  BLINK_TRY(forbid_arguments());
  return allow_by_name();
}

}  // namespace blink::machines
