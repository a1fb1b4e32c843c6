#include "server/screen/output_egl.h"

#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <cstdlib>
#include <mutex>
#include <string_view>
#include <vector>

namespace blink::server {
namespace {

std::string egl_error() {
  char text[32];
  std::snprintf(text, sizeof text, " (EGL error 0x%04x)", static_cast<unsigned>(eglGetError()));
  return text;
}

bool has_extension(std::string_view list, std::string_view name) {
  for (std::size_t at = list.find(name); at != list.npos; at = list.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    if ((at == 0 || list[at - 1] == ' ') && (end == list.size() || list[end] == ' ')) return true;
  }
  return false;
}

gl::Procedure look_up(const char* name) {
  return reinterpret_cast<gl::Procedure>(eglGetProcAddress(name));
}

// EGL gives the same display to all who ask, and eglTerminate ends it for all of them: only the
// last one may call it.
std::mutex displays_mutex;
int displays = 0;  // guarded by displays_mutex

}  // namespace

Result<std::shared_ptr<EglDisplay>> EglDisplay::open() {
  std::shared_ptr<EglDisplay> display(new EglDisplay);
  display->display_ =
      eglGetPlatformDisplay(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr);
  if (display->display_ == EGL_NO_DISPLAY) {
    const bool is_told = ::getenv("__EGL_VENDOR_LIBRARY_FILENAMES") != nullptr;
    return Status::system(std::string("this host's EGL has no surfaceless display; ") +
                          (is_told ? "__EGL_VENDOR_LIBRARY_FILENAMES names the drivers it asks"
                                   : "install libegl-mesa0"));
  }
  {
    const std::lock_guard lock(displays_mutex);
    if (eglInitialize(display->display_, nullptr, nullptr) == EGL_FALSE) {
      display->display_ = nullptr;
      return Status::system("EGL cannot start; install libgl1-mesa-dri" + egl_error());
    }
    ++displays;
  }
  BLINK_TRY(display->load());
  return display;
}

Result<std::shared_ptr<EglDisplay>> EglDisplay::open_with(const gl::Dispatch& commands) {
  BLINK_ASSIGN(auto display, open());
  display->gl_ = commands;
  return display;
}

Result<std::shared_ptr<EglDisplay>> EglDisplay::adopt(void* handle) {
  std::shared_ptr<EglDisplay> display(new EglDisplay);
  display->display_ = handle;
  display->is_ours_ = false;
  BLINK_TRY(display->load());
  return display;
}

Status EglDisplay::load() {
  const std::string_view extensions = eglQueryString(display_, EGL_EXTENSIONS);
  for (const char* needed :
       {"EGL_KHR_gl_texture_2D_image", "EGL_KHR_surfaceless_context", "EGL_KHR_no_config_context"})
    if (!has_extension(extensions, needed))
      return Status::system("this host's EGL lacks " + std::string(needed));
  gl_ = gl::null_dispatch();
  gl::load_dispatch(gl_, look_up);
  return {};
}

EglDisplay::~EglDisplay() {
  if (display_ == nullptr || !is_ours_) return;
  const std::lock_guard lock(displays_mutex);
  if (--displays == 0) eglTerminate(display_);
}

Result<std::unique_ptr<EglContext>> EglContext::create(std::shared_ptr<EglDisplay> display,
                                                       Profile profile) {
  // The API is a setting of the thread.
  eglBindAPI(EGL_OPENGL_API);
  const EGLint attributes[] = {EGL_CONTEXT_MAJOR_VERSION,
                               3,
                               EGL_CONTEXT_MINOR_VERSION,
                               3,
                               EGL_CONTEXT_OPENGL_PROFILE_MASK,
                               profile == Profile::core
                                   ? EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT
                                   : EGL_CONTEXT_OPENGL_COMPATIBILITY_PROFILE_BIT,
                               EGL_NONE};
  void* context =
      eglCreateContext(display->handle(), EGL_NO_CONFIG_KHR, EGL_NO_CONTEXT, attributes);
  if (context == EGL_NO_CONTEXT)
    return Status::system("this host gives no OpenGL 3.3 context" + egl_error());
  return std::unique_ptr<EglContext>(new EglContext(std::move(display), context));
}

Result<std::unique_ptr<EglContext>> EglContext::create_for_client(
    std::shared_ptr<EglDisplay> display, Api api, std::uint32_t version, const EglContext& shares) {
  eglBindAPI(api == Api::es ? EGL_OPENGL_ES_API : EGL_OPENGL_API);
  std::vector<EGLint> attributes;
  const auto add = [&](EGLint name, EGLint value) {
    attributes.insert(attributes.end(), {name, value});
  };
  if (version != 0) {
    add(EGL_CONTEXT_MAJOR_VERSION, static_cast<EGLint>(version / 10));
    add(EGL_CONTEXT_MINOR_VERSION, static_cast<EGLint>(version % 10));
  }
  if (api != Api::es && version >= 32)
    add(EGL_CONTEXT_OPENGL_PROFILE_MASK, api == Api::core
                                             ? EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT
                                             : EGL_CONTEXT_OPENGL_COMPATIBILITY_PROFILE_BIT);
  // What a shader or an index reaches beyond its buffer is zeros, and not somebody else's.
  add(EGL_CONTEXT_OPENGL_ROBUST_ACCESS, EGL_TRUE);
  attributes.push_back(EGL_NONE);
  void* context =
      eglCreateContext(display->handle(), EGL_NO_CONFIG_KHR, shares.handle(), attributes.data());
  if (context == EGL_NO_CONTEXT)
    return Status::system("this host gives no such OpenGL context" + egl_error());
  return std::unique_ptr<EglContext>(new EglContext(std::move(display), context));
}

EglContext::~EglContext() {
  if (eglGetCurrentContext() == context_) release_current();
  eglDestroyContext(display_->handle(), context_);
}

Status EglContext::make_current(void* surface) {
  if (eglGetCurrentContext() == context_ && eglGetCurrentSurface(EGL_DRAW) == surface) return {};
  eglBindAPI(EGL_OPENGL_API);
  if (eglMakeCurrent(display_->handle(), surface, surface, context_) == EGL_FALSE)
    return Status::system("cannot use an OpenGL context" + egl_error());
  return {};
}

void EglContext::release_current() {
  eglMakeCurrent(display_->handle(), EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
}

Result<std::shared_ptr<TextureImage>> TextureImage::create(const EglContext& context,
                                                           gl::GLuint texture) {
  void* image = eglCreateImage(context.display()->handle(), context.handle(), EGL_GL_TEXTURE_2D,
                               reinterpret_cast<EGLClientBuffer>(std::uintptr_t{texture}), nullptr);
  if (image == EGL_NO_IMAGE) return Status::system("cannot share a texture" + egl_error());
  return std::shared_ptr<TextureImage>(new TextureImage(context.display(), image));
}

TextureImage::~TextureImage() { eglDestroyImage(display_->handle(), image_); }

void TextureImage::bind_to_texture(const gl::Dispatch& gl) const {
  constexpr gl::GLenum texture_2d = 0x0DE1;
  gl.EGLImageTargetTexture2DOES(texture_2d, image_);
}

std::unique_ptr<ClientImage> ClientImage::create(const EglContext& context, std::uint32_t target,
                                                 gl::GLuint name, gl::GLint level, gl::GLint layer,
                                                 std::uint32_t* error) {
  std::vector<EGLAttrib> attributes;
  if (target != EGL_GL_RENDERBUFFER) attributes = {EGL_GL_TEXTURE_LEVEL, level};
  if (target == EGL_GL_TEXTURE_3D)
    attributes.insert(attributes.end(), {EGL_GL_TEXTURE_ZOFFSET, layer});
  attributes.push_back(EGL_NONE);
  void* const image =
      eglCreateImage(context.display()->handle(), context.handle(), target,
                     reinterpret_cast<EGLClientBuffer>(std::uintptr_t{name}), attributes.data());
  *error = static_cast<std::uint32_t>(eglGetError());
  if (image == EGL_NO_IMAGE) return nullptr;
  return std::unique_ptr<ClientImage>(new ClientImage(context.display(), image));
}

ClientImage::~ClientImage() { eglDestroyImage(display_->handle(), image_); }

}  // namespace blink::server
