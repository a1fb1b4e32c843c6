// EGL: a display of the host's GL driver, with or without a window system, contexts that share
// nothing, and images, by which a texture of one context is seen in another.
//
// Threads: a context is current on one thread at a time; images may be destroyed on any.

#pragma once

#include <memory>
#include <string>

#include "common/status.h"
#include "gl/generated/dispatch.h"

namespace blink::server {

class EglContext;

class EglDisplay {
 public:
  // Without any window system.
  static Result<std::shared_ptr<EglDisplay>> open();
  // The same, whose contexts' commands are these instead of the driver's.
  static Result<std::shared_ptr<EglDisplay>> open_with(const gl::Dispatch& commands);
  // One that somebody else has initialized, and ends after the last use of this.
  static Result<std::shared_ptr<EglDisplay>> adopt(void* display);
  ~EglDisplay();

  const gl::Dispatch& gl() const { return gl_; }
  void* handle() const { return display_; }

 private:
  friend class EglContext;
  EglDisplay() = default;
  Status load();

  void* display_ = nullptr;
  bool is_ours_ = true;
  gl::Dispatch gl_{};
};

// An OpenGL context of version 3.3 at least.
class EglContext {
 public:
  // Of the core profile, or with everything that OpenGL ever had.
  enum class Profile : std::uint8_t { core, compatibility };
  static Result<std::unique_ptr<EglContext>> create(std::shared_ptr<EglDisplay> display,
                                                    Profile profile = Profile::core);
  // One for a client's own OpenGL: of the version that it asks for, as major * 10 + minor, or a
  // later one that has the same; and with the objects of another.
  enum class Api : std::uint8_t { compatibility, core, es };
  static Result<std::unique_ptr<EglContext>> create_for_client(std::shared_ptr<EglDisplay> display,
                                                               Api api, std::uint32_t version,
                                                               const EglContext& shares);
  ~EglContext();

  // Its default framebuffer is the EGL surface; null: it has none.
  Status make_current(void* surface = nullptr);
  void release_current();
  const gl::Dispatch& gl() const { return display_->gl(); }
  const std::shared_ptr<EglDisplay>& display() const { return display_; }
  void* handle() const { return context_; }

 private:
  EglContext(std::shared_ptr<EglDisplay> display, void* context)
      : display_(std::move(display)), context_(context) {}

  std::shared_ptr<EglDisplay> display_;
  void* context_;
};

// A texture, as other contexts see it. It keeps the pixels alive, also after the texture is
// deleted.
class TextureImage {
 public:
  // `texture` belongs to the context that is current, `context`.
  static Result<std::shared_ptr<TextureImage>> create(const EglContext& context,
                                                      gl::GLuint texture);
  ~TextureImage();

  // Makes the texture bound to GL_TEXTURE_2D in the current context show this image.
  void bind_to_texture(const gl::Dispatch& gl) const;

 private:
  TextureImage(std::shared_ptr<EglDisplay> display, void* image)
      : display_(std::move(display)), image_(image) {}

  std::shared_ptr<EglDisplay> display_;
  void* image_;
};

// An image that a client's own OpenGL has made of something in a context. The driver says what is
// wrong with what it is to be of.
class ClientImage {
 public:
  // `target` and the error are EGL's; null with an error.
  static std::unique_ptr<ClientImage> create(const EglContext& context, std::uint32_t target,
                                             gl::GLuint name, gl::GLint level, gl::GLint layer,
                                             std::uint32_t* error);
  ~ClientImage();
  ClientImage(const ClientImage&) = delete;

  void* handle() const { return image_; }

 private:
  ClientImage(std::shared_ptr<EglDisplay> display, void* image)
      : display_(std::move(display)), image_(image) {}

  std::shared_ptr<EglDisplay> display_;
  void* image_;
};

}  // namespace blink::server
