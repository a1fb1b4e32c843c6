// ClientGl: what one session has in the compositor's GL context, and the services that its
// procedures ask for (docs/formats/blinkgl.md). Nothing that a procedure says reaches the driver
// from here unless it is safe there; what is not does nothing, and is told once in a run.
//
// Between runs the context is as GL makes it, but for the objects that sessions keep.
//
// Threads: the compositor's, with its context current.

#pragma once

#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/limits.h"
#include "gl/generated/dispatch.h"
#include "gl/image_size.h"
#include "jit/run/context.h"
#include "jit/verify/verified_program.h"
#include "server/screen/client_arrays.h"
#include "server/screen/desktop_news.h"
#include "server/screen/gl_reset.h"
#include "server/screen/picture_budget.h"
#include "server/screen/worst_case.h"

namespace blink::server {

// Where a run draws: a window's place in a framebuffer, from its lower left, and what of it may be
// drawn to.
struct DrawTarget {
  gl::GLuint framebuffer = 0;
  gl::GLint x = 0, y = 0;
  gl::GLsizei width = 0, height = 0;
  gl::GLint clip_x = 0, clip_y = 0;
  gl::GLsizei clip_width = 0, clip_height = 0;
};

class ClientGl final : public jit::Services {
 public:
  // Where runs hold up others, what may be too much for that is not done (worst_case.h).
  enum class Place : std::uint8_t { beside, screen };
  ClientGl(const gl::Dispatch& gl, const GlReset& reset, std::shared_ptr<PictureBudget> budget,
           Place place);
  ~ClientGl() override;

  void set_data(ObjectName name, std::shared_ptr<const Bytes> bytes);
  // Says whether that may change what procedures draw here: it is new, or one has asked for it.
  bool set_picture(ObjectName name, std::shared_ptr<const PictureFace> face);
  struct Outcome {
    std::string complaint;  // what was not done, or went wrong, first; else empty
    bool is_driver_error = false;
    bool is_too_much = false;  // for the screen; the complaint says what
  };
  // Runs a procedure of a window of this session.
  Outcome run(const Procedure& procedure, jit::RunContext& context, const DrawTarget& target,
              ObjectName window);

  // The GL commands of this frame's runs are done, or will be before the next frame's.
  void end_frame() { let_go_.clear(); }
  bool may_touch(const jit::VerifiedProgram& program, jit::State group) const;

  // For procedures that tell their client: of which window, and what.
  std::function<void(ObjectName, float, float)> on_post;

  void call(jit::Op service, std::span<const jit::Value> v) override;

 private:
  using Kind = jit::NameKind;
  using Values = std::span<const jit::Value>;

  // Held by whatever makes the driver keep it: what is deleted while it is attached to something
  // lives on with that, and counts.
  using Memory = std::shared_ptr<PictureBudget::Share>;

  // A shader lives on while it is attached to a program, and counts.
  struct Shader {
    gl::GLuint made = 0;
    Memory source = std::make_shared<PictureBudget::Share>();
    // Known where it matters.
    std::shared_ptr<double> weight = std::make_shared<double>(0);
  };

  struct Texture {
    std::map<std::uint32_t, PictureBudget::Share> levels;  // by level, and face
    std::shared_ptr<const PictureFace> picture;            // that it shows instead
    Memory buffer;                                         // likewise
  };

  void begin(const jit::VerifiedProgram& program);
  void end();
  void note_driver_errors();
  std::string find_driver_error(const Procedure& procedure, jit::RunContext& context);
  void complain(const char* about);
  bool allow(const Procedure& procedure);
  static constexpr const char* too_much_by_anisotropy =
      "filters textures by anisotropy, which the screen cannot wait for";
  double weight_of_pixel(const jit::VerifiedProgram& program) const;
  bool may_do(const WorstCase& more);
  bool may_spend(double work);
  bool may_move(double bytes);
  bool may_weigh(Shader& shader, const std::string& source);
  bool may_compile(std::uint32_t shader);
  bool may_link(gl::GLuint program);  // by the driver's name

  gl::GLuint& driver_name(Kind kind, std::uint32_t name) {
    return names_[static_cast<std::size_t>(kind)][name];
  }
  // Display lists hold the driver's names of what they use. Such a name must not become free, and
  // then another session's, while there is a list that may hold it.
  void note_listed_names(const jit::VerifiedProgram& program);
  bool has_lists() const;
  bool is_listed(Kind kind, std::uint32_t name) const;
  void keep_for_lists(Kind kind, std::uint32_t name);
  void delete_in_driver(Kind kind, gl::GLuint made);
  void release_kept();

  void make_name(Kind kind, std::uint32_t name);
  void forget_buffer(std::uint32_t name);
  void delete_name(Kind kind, std::uint32_t name);
  std::span<const std::byte> data(const jit::Value& object, const jit::Value& offset) const;
  std::string text(Values object_offset_size);

  bool names_and_programs(jit::Op service, Values v);
  void program_place(Kind kind, Values v);
  bool textures(jit::Op service, Values v);
  bool buffers(jit::Op service, Values v);
  bool arrays(jit::Op service, Values v);
  bool draws(jit::Op service, Values v);
  bool framebuffers(jit::Op service, Values v);
  bool uniforms(jit::Op service, Values v);
  bool lists(jit::Op service, Values v);

  void show_picture(std::uint32_t object);
  std::uint32_t bound_texture(gl::GLenum target) const;
  Texture& texture_of(std::uint32_t number);
  using Sides = std::array<std::uint32_t, 3>;  // width, height, depth
  void allocate_image(gl::GLenum target, std::uint32_t level, const Sides& sides,
                      const std::function<void()>& command);
  void allocate_texels(gl::GLenum target, std::uint32_t place, std::uint64_t texels,
                       const std::function<void()>& command);
  bool allocate(PictureBudget::Share& place, std::uint64_t bytes,
                const std::function<void()>& command);
  bool succeeds(const std::function<void()>& command);
  void set_texture_parameter(jit::Op service, Values v);
  void create_shader(std::uint32_t name, gl::GLenum kind);
  void give_source(std::uint32_t shader, const std::string& source);
  void attach_shader(jit::Op service, std::uint32_t program, std::uint32_t shader);
  void end_list();
  const Memory& memory_of_buffer(std::uint32_t number);
  const Memory& memory_of_renderbuffer(gl::GLuint made);
  void attach(std::uint32_t framebuffer, gl::GLenum attachment, std::shared_ptr<void> what);
  const void* pixels(gl::GLenum format, gl::GLenum type, std::uint32_t width, std::uint32_t height,
                     std::uint32_t depth, const jit::Value& object, const jit::Value& offset);
  void set_unpacking(const gl::Unpacking& unpacking);
  ClientBuffer* bound_buffer(gl::GLenum target);
  void bind_buffer(gl::GLenum target, std::uint32_t number);
  void bind_block(jit::Op service, Values v);
  void fill_buffer(Values v);
  bool has_range(std::uint32_t buffer, std::int32_t offset, std::int32_t size) const;
  void unbind_blocks();
  void set_array(std::uint32_t array, std::uint32_t size, gl::GLenum type, std::uint32_t stride,
                 std::uint64_t offset, const std::function<void(const void*)>& tell_driver);
  void set_enabled(std::uint32_t array, bool is_enabled, const std::function<void()>& tell_driver);
  bool may_draw(gl::GLenum mode, DrawRange range);
  void draw_elements(jit::Op service, Values v);
  bool has_own_framebuffer(bool reading) const;
  void use_target();
  void draw_where_bound();

  const gl::Dispatch& gl_;
  const GlReset& reset_;
  const std::shared_ptr<PictureBudget> budget_;
  const bool is_software_, is_bounded_;
  double shader_weight_ = limits::fixed_weight;  // of the heaviest
  bool has_mipmaps_ = false;                     // a texture has, or had
  std::array<jit::NameTable, jit::name_kinds> names_{};
  std::map<ObjectName, std::shared_ptr<const Bytes>> data_;
  struct Picture {
    std::shared_ptr<const PictureFace> face;
    bool is_asked_for = false;
  };
  std::map<ObjectName, Picture> pictures_;
  // That no texture shows any more, but commands on their way to the driver may still read.
  std::vector<std::shared_ptr<const PictureFace>> let_go_;
  std::map<std::uint32_t, std::shared_ptr<Texture>> textures_;  // by the client's number
  std::map<gl::GLuint, std::uint32_t> texture_numbers_;         // the other way round
  ClientArrays arrays_;
  struct DisplayList {
    jit::Cost cost;
    Touched touched;
    PictureBudget::Share memory;
    WorstCase worst_case;
  };
  std::map<std::uint32_t, DisplayList> lists_;             // by the client's number
  Touched touched_by_lists_;                               // by any that there was
  std::set<std::pair<Kind, std::uint32_t>> listed_names_;  // the client's; 0: any
  struct Kept {
    Kind kind;
    gl::GLuint made;
    std::shared_ptr<Texture> texture;
  };
  std::vector<Kept> kept_for_lists_;                    // deleted by the client
  std::map<std::uint32_t, Shader> shaders_;             // by the client's number
  std::map<gl::GLuint, std::vector<Shader>> attached_;  // by the driver's name of a program
  std::map<std::uint32_t, Memory> buffer_memory_;
  std::map<gl::GLuint, Memory> renderbuffers_;  // by the driver's name
  // What a framebuffer's attachments and a vertex array's arrays hold, by the client's number.
  std::map<std::uint32_t, std::map<gl::GLenum, std::shared_ptr<void>>> attachments_;
  std::map<std::uint32_t, std::map<std::uint32_t, Memory>> vertex_memory_;

  // Of the run at hand.
  const Procedure* procedure_ = nullptr;
  const jit::VerifiedProgram* program_ = nullptr;
  WorstCase left_;                  // of what it may do
  double work_left_ = HUGE_VAL;     // likewise, for what it makes
  const char* too_much_ = nullptr;  // what it did is too much for the screen
  DrawTarget target_;
  ObjectName window_;  // its objects lie in the same array
  std::string complaint_;
  // The driver has the session's own vertex array bound, and what arrays_ says of it is so.
  bool has_arrays_ = false;
  gl::Unpacking unpacking_;
  bool has_unpacking_ = false;  // the driver was told one
  std::array<std::uint32_t, 3>
      bound_{};  // client's numbers: array buffer, drawing and reading framebuffer
  std::map<gl::GLenum, std::uint32_t> other_buffers_;               // by target
  std::set<std::pair<gl::GLenum, std::uint32_t>> indexed_buffers_;  // bound: target, index
  std::set<std::uint32_t> image_units_;                             // bound
  gl::GLenum driver_error_ = 0;                                     // the first one
  std::uint32_t texture_unit_ = 0;  // of the fixed function's arrays
  std::uint32_t list_ = 0;          // that is being compiled
  jit::Cost listed_;                // by calls of lists
  Touched touched_;                 // by the procedure and the lists that it called
};

}  // namespace blink::server
