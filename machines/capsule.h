// The capsule: a program with an X server of its own in a sandbox made of Linux namespaces.
//
//  keeper (`blink run`)                 capsule: user, pid, mount, net, ipc, uts and time
//  namespaces
//    clone3 ───────────────────────────▶ waits for its users
//    writes its maps of users ─────────▶ makes its root (capsule_root.h), two pipes for what is
//    printed opens these pipes ────────────────▶ gives up all rights, limits system calls, becomes
//    capsule_init reads them, waits for the end         ├ Xvfb, and what shows its windows
//                                          └ PROGRAM, whose OpenGL is Blink's driver
//
// Invariants. Nothing of the host is open within: no descriptor, no memory; the driver's connection
// through the door is the one exception, and the driver can do without it. Process 1 has a session
// of its own and no parent-death signal, the root is a mount of its own, and there are no
// namespaces within namespaces. So that CRIU can save it.

#pragma once

#include <memory>

#include "machines/machine.h"

namespace blink::machines {

Result<std::unique_ptr<Machine>> start_capsule(const MachineOptions& options);

}  // namespace blink::machines
