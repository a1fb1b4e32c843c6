// What the doctor needs of EGL, found at run time: without libEGL there is a clear line instead of
// a program that does not start. The names and numbers are those of Khronos' registry.
//
// Loading the library and asking it anything runs drivers: only in a guarded process.

#pragma once

#include <cstdint>
#include <string_view>

#include "common/status.h"

namespace blink::doctor::egl {

using Enum = std::uint32_t;
using Int = std::int32_t;
using Boolean = std::uint32_t;
using Display = void*;
using Device = void*;
using Config = void*;
using Context = void*;
using Surface = void*;
using Image = void*;
using Sync = void*;
using Function = void (*)();

inline constexpr Enum platform_surfaceless = 0x31DD;  // EGL_PLATFORM_SURFACELESS_MESA
inline constexpr Enum platform_device = 0x313F;       // EGL_PLATFORM_DEVICE_EXT
inline constexpr Enum api_es = 0x30A0;                // EGL_OPENGL_ES_API
inline constexpr Enum api_gl = 0x30A2;                // EGL_OPENGL_API
inline constexpr Enum sync_fence = 0x30F9;            // EGL_SYNC_FENCE_KHR
inline constexpr Enum image_texture_2d = 0x30B1;      // EGL_GL_TEXTURE_2D_KHR

inline constexpr Int none = 0x3038;
inline constexpr Int vendor = 0x3053;
inline constexpr Int version = 0x3054;
inline constexpr Int extensions = 0x3055;
inline constexpr Int surface_type = 0x3033;
inline constexpr Int renderable_type = 0x3040;
inline constexpr Int renderable_gl_bit = 0x0008;
inline constexpr Int drm_device_file = 0x3233;  // EGL_DRM_DEVICE_FILE_EXT

inline constexpr Int context_major_version = 0x3098;
inline constexpr Int context_minor_version = 0x30FB;
inline constexpr Int context_profile_mask = 0x30FD;
inline constexpr Int profile_core_bit = 1;
inline constexpr Int profile_compatibility_bit = 2;
// EGL_EXT_create_context_robustness and EGL 1.5 name the same thing twice.
inline constexpr Int context_robust_access_ext = 0x30BF;
inline constexpr Int context_reset_strategy_ext = 0x3138;
inline constexpr Int context_robust_access = 0x31B2;
inline constexpr Int context_reset_strategy = 0x31BD;
inline constexpr Int lose_context_on_reset = 0x31BF;

struct Api {
  Function (*get_proc_address)(const char* name) = nullptr;
  const char* (*query_string)(Display, Int name) = nullptr;
  Boolean (*initialize)(Display, Int* major, Int* minor) = nullptr;
  Boolean (*bind_api)(Enum api) = nullptr;
  Boolean (*choose_config)(Display, const Int*, Config*, Int size, Int* count) = nullptr;
  Context (*create_context)(Display, Config, Context share, const Int* attributes) = nullptr;
  Boolean (*destroy_context)(Display, Context) = nullptr;
  Boolean (*make_current)(Display, Surface draw, Surface read, Context) = nullptr;
  Int (*get_error)() = nullptr;
  // Null where the library does not have them.
  Display (*get_platform_display)(Enum platform, void* native, const Int* attributes) = nullptr;
  Boolean (*query_devices)(Int size, Device*, Int* count) = nullptr;
  const char* (*query_device_string)(Device, Int name) = nullptr;
  Image (*create_image)(Display, Context, Enum target, void* buffer, const Int*) = nullptr;
  Boolean (*destroy_image)(Display, Image) = nullptr;
  Sync (*create_sync)(Display, Enum type, const Int*) = nullptr;
  Boolean (*destroy_sync)(Display, Sync) = nullptr;
  Int (*wait_sync)(Display, Sync, Int flags) = nullptr;
};

// libEGL.so.1, which stays loaded.
Result<Api> load();

// Whether a list of names, separated by spaces, holds this one. The list may be null.
bool has_extension(const char* list, std::string_view name);

}  // namespace blink::doctor::egl
