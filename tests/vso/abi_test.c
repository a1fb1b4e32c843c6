/* The binary interface is C: this file is compiled as C, and says so by compiling. */
#include "vso/blink_client.h"
#include "vso/blink_vso.h"

_Static_assert(BLINK_OBJECT_SLOT(BLINK_OBJECT_ID(262143u, 16383u)) == 262143u, "slot");
_Static_assert(BLINK_OBJECT_USE(BLINK_OBJECT_ID(262143u, 16383u)) == 16383u, "use");

blink_u32 blink_abi_test_pages(blink_u32 capacity);
blink_u32 blink_abi_test_pages(blink_u32 capacity) { return blink_array_layout_of(capacity).pages; }
