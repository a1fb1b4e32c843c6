// GLX: configs, which are the ways to draw.

#include <algorithm>
#include <cstdlib>
#include <span>

#include "client-icd/glx/calls.h"

namespace blink::icd::glx {

namespace {

const std::vector<std::unique_ptr<Config>>& configs_of(Display* display, int screen) {
  Global& g = global();
  const std::lock_guard lock(g.mutex);
  auto& configs = g.configs[{display, screen}];
  if (!configs.empty()) return configs;
  XVisualInfo wanted{};
  wanted.screen = screen;
  int count = 0;
  XVisualInfo* const visuals = XGetVisualInfo(display, VisualScreenMask, &wanted, &count);
  const VisualID usual = XVisualIDFromVisual(DefaultVisual(display, screen));
  std::vector<const XVisualInfo*> used;
  for (const XVisualInfo& visual : std::span(visuals, static_cast<std::size_t>(count))) {
    if (visual.c_class != TrueColor || visual.depth < 24) continue;
    // An X server with a GLX of its own has hundreds that differ in nothing we know.
    const bool is_first = std::ranges::none_of(
        used, [&](const XVisualInfo* other) { return other->depth == visual.depth; });
    if (visual.visualid == usual || (visual.depth == 32 && is_first)) used.push_back(&visual);
  }
  static constexpr struct {
    bool has_two_buffers;
    int depth, stencil;
  } kinds[] = {{true, 24, 8}, {true, 24, 0}, {true, 0, 0}, {false, 24, 8}, {false, 0, 0}};
  for (const auto& kind : kinds) {
    for (const XVisualInfo* visual : used) {
      auto config = std::make_unique<Config>();
      config->id = static_cast<int>(configs.size()) + 1;
      config->screen = screen;
      config->visual = visual->visualid;
      config->visual_class = visual->c_class;
      config->depth = visual->depth;
      config->has_two_buffers = kind.has_two_buffers;
      config->depth_bits = kind.depth;
      config->stencil_bits = kind.stencil;
      configs.push_back(std::move(config));
    }
  }
  if (visuals != nullptr) XFree(visuals);
  return configs;
}

// What a config is in a respect; -1: that respect is unknown.
int attribute_of(const Config& config, int attribute) {
  switch (attribute) {
    case GLX_USE_GL: return 1;
    case GLX_BUFFER_SIZE: return 32;
    case GLX_RGBA: return 1;
    case GLX_DOUBLEBUFFER: return config.has_two_buffers;
    case GLX_RED_SIZE:
    case GLX_GREEN_SIZE:
    case GLX_BLUE_SIZE: return 8;
    case GLX_ALPHA_SIZE: return 8;
    case GLX_DEPTH_SIZE: return config.depth_bits;
    case GLX_STENCIL_SIZE: return config.stencil_bits;
    case GLX_LEVEL:
    case GLX_STEREO:
    case GLX_AUX_BUFFERS:
    case GLX_ACCUM_RED_SIZE:
    case GLX_ACCUM_GREEN_SIZE:
    case GLX_ACCUM_BLUE_SIZE:
    case GLX_ACCUM_ALPHA_SIZE:
    case GLX_SAMPLE_BUFFERS:
    case GLX_SAMPLES:
    case GLX_TRANSPARENT_RED_VALUE:
    case GLX_TRANSPARENT_GREEN_VALUE:
    case GLX_TRANSPARENT_BLUE_VALUE:
    case GLX_TRANSPARENT_ALPHA_VALUE:
    case GLX_TRANSPARENT_INDEX_VALUE: return 0;
    case GLX_TRANSPARENT_TYPE: return GLX_NONE;
    case GLX_CONFIG_CAVEAT: return GLX_NONE;
    case GLX_RENDER_TYPE: return GLX_RGBA_BIT;
    case GLX_DRAWABLE_TYPE: return GLX_WINDOW_BIT | GLX_PIXMAP_BIT | GLX_PBUFFER_BIT;
    case GLX_X_RENDERABLE: return 1;
    case GLX_X_VISUAL_TYPE:
      return config.visual_class == TrueColor ? GLX_TRUE_COLOR : GLX_DIRECT_COLOR;
    case GLX_VISUAL_ID: return static_cast<int>(config.visual);
    case GLX_FBCONFIG_ID: return config.id;
    case GLX_SCREEN: return config.screen;
    case GLX_MAX_PBUFFER_WIDTH:
    case GLX_MAX_PBUFFER_HEIGHT: return pbuffer_side_max;
    case GLX_MAX_PBUFFER_PIXELS: return pbuffer_side_max * pbuffer_side_max;
    case GLX_FRAMEBUFFER_SRGB_CAPABLE_ARB: return 0;
    case GLX_BIND_TO_TEXTURE_RGB_EXT: return 1;
    case GLX_BIND_TO_TEXTURE_RGBA_EXT: return config.depth == 32;
    case GLX_BIND_TO_MIPMAP_TEXTURE_EXT: return 0;
    case GLX_BIND_TO_TEXTURE_TARGETS_EXT:
      return GLX_TEXTURE_2D_BIT_EXT | GLX_TEXTURE_RECTANGLE_BIT_EXT;
    case GLX_Y_INVERTED_EXT: return 1;
    default: return -1;
  }
}

// GLX 1.4, table 3.4: how what is asked for is compared.
bool suits(const Config& config, int attribute, int wanted) {
  if (wanted == static_cast<int>(GLX_DONT_CARE)) return true;
  const int has = attribute_of(config, attribute);
  switch (attribute) {
    case GLX_BUFFER_SIZE:
    case GLX_RED_SIZE:
    case GLX_GREEN_SIZE:
    case GLX_BLUE_SIZE:
    case GLX_ALPHA_SIZE:
    case GLX_DEPTH_SIZE:
    case GLX_STENCIL_SIZE:
    case GLX_AUX_BUFFERS:
    case GLX_ACCUM_RED_SIZE:
    case GLX_ACCUM_GREEN_SIZE:
    case GLX_ACCUM_BLUE_SIZE:
    case GLX_ACCUM_ALPHA_SIZE:
    case GLX_SAMPLE_BUFFERS:
    case GLX_SAMPLES: return has >= wanted;
    case GLX_RENDER_TYPE:
    case GLX_BIND_TO_TEXTURE_TARGETS_EXT:
    case GLX_DRAWABLE_TYPE: return (has & wanted) == wanted;
    case GLX_MAX_PBUFFER_WIDTH:
    case GLX_MAX_PBUFFER_HEIGHT:
    case GLX_MAX_PBUFFER_PIXELS: return true;
    default: return has == wanted;
  }
}

}  // namespace

GLXFBConfig* choose_fb_config(Display* display, int screen, const int* attributes, int* count) {
  std::vector<const Config*> found;
  bool asks_for_buffers = false;
  for (const auto& config : configs_of(display, screen)) {
    bool is_good = true;
    for (const int* at = attributes; at != nullptr && *at != None; at += 2) {
      is_good &= suits(*config, at[0], at[1]);
      asks_for_buffers |= at[0] == GLX_DOUBLEBUFFER;
    }
    if (is_good) found.push_back(config.get());
  }
  *count = static_cast<int>(found.size());
  if (found.empty()) return nullptr;
  // GLX 1.4, section 3.3.3: one buffer comes before two, where nothing was said.
  if (!asks_for_buffers)
    std::ranges::stable_sort(found, {},
                             [](const Config* config) { return config->has_two_buffers; });
  auto* const handles =
      static_cast<GLXFBConfig*>(std::malloc(found.size() * sizeof(GLXFBConfig)));  // for XFree
  std::ranges::transform(found, handles, handle_of);
  return handles;
}

GLXFBConfig* get_fb_configs(Display* display, int screen, int* count) {
  const int nothing[] = {GLX_DOUBLEBUFFER, static_cast<int>(GLX_DONT_CARE), None};
  return choose_fb_config(display, screen, nothing, count);
}

int get_fb_config_attrib(Display*, GLXFBConfig handle, int attribute, int* value) {
  const int has = attribute_of(*config_of(handle), attribute);
  if (has < 0) return GLX_BAD_ATTRIBUTE;
  *value = has;
  return Success;
}

XVisualInfo* get_visual_from_fb_config(Display* display, GLXFBConfig handle) {
  XVisualInfo wanted{};
  wanted.visualid = config_of(handle)->visual;
  int count = 0;
  return XGetVisualInfo(display, VisualIDMask, &wanted, &count);
}

XVisualInfo* choose_visual(Display* display, int screen, int* attributes) {
  // As GLX had it first: some names are answers by themselves.
  std::vector<int> wanted;
  bool has_two_buffers = false;
  for (const int* at = attributes; at != nullptr && *at != None;) {
    const int name = *at++;
    if (name == GLX_RGBA || name == GLX_USE_GL) continue;
    if (name == GLX_DOUBLEBUFFER) {
      has_two_buffers = true;
    } else if (name == GLX_STEREO) {
      return nullptr;
    } else {
      wanted.insert(wanted.end(), {name, *at++});
    }
  }
  wanted.insert(wanted.end(), {GLX_DOUBLEBUFFER, has_two_buffers, None});
  int count = 0;
  GLXFBConfig* const configs = choose_fb_config(display, screen, wanted.data(), &count);
  if (configs == nullptr) return nullptr;
  // The default visual, where it will do: windows of it look like all others.
  const VisualID usual = XVisualIDFromVisual(DefaultVisual(display, screen));
  GLXFBConfig best = configs[0];
  for (int i = 0; i < count; ++i)
    if (config_of(configs[i])->visual == usual) best = configs[i];
  XFree(configs);
  return get_visual_from_fb_config(display, best);
}

const Config* config_of_visual(Display* display, const XVisualInfo* visual) {
  for (const auto& config : configs_of(display, visual->screen))
    if (config->visual == visual->visualid) return config.get();
  return nullptr;
}

int get_config(Display* display, XVisualInfo* visual, int attribute, int* value) {
  const Config* const config = config_of_visual(display, visual);
  if (attribute == GLX_USE_GL) {
    *value = config != nullptr;
    return Success;
  }
  if (config == nullptr) return GLX_NO_EXTENSION;
  return get_fb_config_attrib(display, handle_of(config), attribute, value);
}

}  // namespace blink::icd::glx
