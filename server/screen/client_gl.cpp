#include "server/screen/client_gl.h"

#include <algorithm>
#include <cmath>

#include "common/limits.h"
#include "gl/generated/enums.h"
#include "jit/interpret/interpreter.h"
#include "server/screen/shader_source.h"
#include "server/screen/software_driver.h"

namespace blink::server {
namespace {

using namespace gl;
using jit::NameKind;
using jit::Op;
using jit::State;

std::string error_name(GLenum error) {
  switch (error) {
    case GL_INVALID_ENUM: return "INVALID_ENUM";
    case GL_INVALID_VALUE: return "INVALID_VALUE";
    case GL_INVALID_OPERATION: return "INVALID_OPERATION";
    case GL_STACK_OVERFLOW: return "STACK_OVERFLOW";
    case GL_STACK_UNDERFLOW: return "STACK_UNDERFLOW";
    case GL_OUT_OF_MEMORY: return "OUT_OF_MEMORY";
    case GL_INVALID_FRAMEBUFFER_OPERATION: return "INVALID_FRAMEBUFFER_OPERATION";
    case GL_CONTEXT_LOST: return "CONTEXT_LOST";
    default: return "error " + std::to_string(error);
  }
}

// What drivers take, roughly: for each byte of a shader's source when it is compiled, and for the
// commands and vertices of a display list.
constexpr std::uint64_t bytes_per_source_byte = 64, bytes_per_command = 64, bytes_per_vertex = 128;

// One for each stage is what programs have; a few more may be attached before others are detached.
constexpr std::size_t attached_max = 16;

}  // namespace

ClientGl::ClientGl(const gl::Dispatch& gl, const GlReset& reset,
                   std::shared_ptr<PictureBudget> budget, Place place)
    : gl_(gl),
      reset_(reset),
      budget_(std::move(budget)),
      is_software_(is_software(gl)),
      is_bounded_(is_software_ && place == Place::screen) {
  // Nothing there is -1 for a place in a program, 0 for an object.
  for (const Kind kind : {Kind::uniform, Kind::block})
    names_[static_cast<std::size_t>(kind)].fill(static_cast<GLuint>(-1));
}

ClientGl::~ClientGl() {
  // The lists first: what they may name is kept for as long as there are any.
  for (std::uint32_t list = 0; list < jit::names_max; ++list)
    delete_name(Kind::list, list);
  for (std::uint32_t kind = 0; kind < jit::name_kinds; ++kind)
    for (std::uint32_t name = 0; name < jit::names_max; ++name)
      delete_name(static_cast<Kind>(kind), name);
}

void ClientGl::set_data(ObjectName name, std::shared_ptr<const Bytes> bytes) {
  if (bytes)
    data_[name] = std::move(bytes);
  else
    data_.erase(name);
}

bool ClientGl::set_picture(ObjectName name, std::shared_ptr<const PictureFace> face) {
  if (!face) return pictures_.erase(name) != 0;
  const auto [its, is_new] = pictures_.try_emplace(name);
  its->second.face = std::move(face);
  return is_new || its->second.is_asked_for;
}

// --------------------------------------------------------------------------------------- runs

ClientGl::Outcome ClientGl::run(const Procedure& procedure, jit::RunContext& context,
                                const DrawTarget& target, ObjectName window) {
  target_ = target;
  window_ = window;
  context.services = this;
  for (std::size_t kind = 0; kind < jit::name_kinds; ++kind)
    context.names[kind] = &names_[kind];
  const bool may_run = allow(procedure);
  if (may_run) {
    begin(procedure.program());
    procedure.run(context, gl_);
    end();
    note_driver_errors();
  }
  if (too_much_ != nullptr) return {too_much_, false, true};
  if (driver_error_ == GL_NO_ERROR) return {std::move(complaint_), false, false};
  return {find_driver_error(procedure, context), true, false};
}

// The driver says that there was an error, and not where: the procedure, which will not run again,
// runs once more, and after each command the driver is asked.
std::string ClientGl::find_driver_error(const Procedure& procedure, jit::RunContext& context) {
  const jit::VerifiedProgram& program = procedure.program();
  const std::string said = "the GL driver says " + error_name(driver_error_);
  std::string place;
  bool is_between = false;  // Begin and End, where the driver may not be asked
  (void)allow(procedure);
  begin(program);
  jit::interpret(program, context, gl_, [&](std::uint32_t word) {
    const jit::Word opcode = jit::opcode_of(program.code()[word]);
    if (opcode == static_cast<jit::Word>(Op::gl_Begin)) is_between = true;
    if (opcode == static_cast<jit::Word>(Op::gl_End)) is_between = false;
    if (is_between || !place.empty()) return;
    note_driver_errors();
    if (driver_error_ != GL_NO_ERROR)
      place = " of " + std::string(jit::find_opcode(opcode)->name) + ", word " +
              std::to_string(word) + " of its code";
  });
  end();
  note_driver_errors();
  return said + place;
}

// Says what a run may do at most, and whether that is enough for what it does without lists.
bool ClientGl::allow(const Procedure& procedure) {
  const jit::VerifiedProgram& program = procedure.program();
  procedure_ = &procedure;
  too_much_ = nullptr;
  driver_error_ = GL_NO_ERROR;
  left_ = {HUGE_VAL, HUGE_VAL};
  work_left_ = is_bounded_ ? limits::screen_work_max : HUGE_VAL;
  if (is_bounded_ && procedure.worst_case().has_anisotropy) too_much_ = too_much_by_anisotropy;
  if (!is_bounded_ || !program.effects().draws) return too_much_ == nullptr;
  const double pixels = Touched::by(program).has(State::framebuffer)
                            ? double{limits::picture_side_max} * limits::picture_side_max
                            : double(target_.width) * target_.height;
  const double primitive = weight_of_pixel(program) * std::max(pixels, limits::screen_pixels_min);
  // For each change the whole shader may be made into machine code.
  const double code = may_touch(program, State::program) ? shader_weight_ : limits::fixed_weight;
  left_ = {limits::screen_work_max / primitive,
           limits::screen_changes_max * limits::fixed_weight / code};
  return may_do(procedure.worst_case().run);
}

// At most, with whatever shader and texture the session has.
double ClientGl::weight_of_pixel(const jit::VerifiedProgram& program) const {
  double weight = limits::fixed_weight;
  if (may_touch(program, State::texture)) weight *= limits::textures_weight;
  if (may_touch(program, State::units)) weight *= limits::units_weight;
  if (may_touch(program, State::program)) weight = std::max(weight, shader_weight_);
  const bool has_mipmaps = has_mipmaps_ && may_touch(program, State::texture);
  return has_mipmaps ? weight * limits::mipmaps_weight : weight;
}

bool ClientGl::may_do(const WorstCase& more) {
  left_.primitives -= more.primitives;
  left_.changes -= more.changes;
  if (left_.primitives < 0) too_much_ = "may have more pixels to draw than the screen can wait for";
  if (left_.changes < 0)
    too_much_ = "may change more of OpenGL's state than the screen can wait for";
  return too_much_ == nullptr;
}

// For what a service itself takes time for.
bool ClientGl::may_spend(double work) {
  work_left_ -= work;
  if (work_left_ < 0 && too_much_ == nullptr)
    too_much_ = "may make more than the screen can wait for";
  return work_left_ >= 0;
}

// Bytes that are copied, or texels that are brought into another form.
bool ClientGl::may_move(double bytes) { return may_spend(bytes * limits::moving_work); }

void ClientGl::begin(const jit::VerifiedProgram& program) {
  program_ = &program;
  complaint_.clear();
  unpacking_ = {};
  bound_ = {};
  other_buffers_.clear();
  indexed_buffers_.clear();
  image_units_.clear();
  driver_error_ = GL_NO_ERROR;
  texture_unit_ = 0;
  list_ = 0;
  listed_ = {};
  touched_ = Touched::by(program);
  if (!program.lists().empty()) note_listed_names(program);
  has_arrays_ = touched_.has(State::arrays) || touched_.has(State::buffer);
  if (has_arrays_) {
    // Where no vertex array is chosen it is one of the session's own.
    GLuint& own = driver_name(Kind::vertex_array, 0);
    if (own == 0) gl_.GenVertexArrays(1, &own);
    gl_.BindVertexArray(own);
    arrays_.select(0);
  }
}

void ClientGl::end() {
  if (touched_.has(State::program)) gl_.UseProgram(0);
  if (touched_.has(State::framebuffer)) {
    gl_.BindFramebuffer(GL_FRAMEBUFFER, target_.framebuffer);
    gl_.BindRenderbuffer(GL_RENDERBUFFER, 0);
  }
  if (touched_.has(State::framebuffer) || touched_.has(State::window)) {
    bound_ = {};
    use_target();
  }
  if (touched_.has(State::arrays) || touched_.has(State::buffer)) {
    gl_.BindVertexArray(0);
    gl_.ClientActiveTexture(GL_TEXTURE0);
    gl_.BindBuffer(GL_ARRAY_BUFFER, 0);
    for (const auto& [target, buffer] : other_buffers_)
      gl_.BindBuffer(target, 0);
    for (const auto& [target, index] : indexed_buffers_)
      gl_.BindBufferBase(target, index, 0);
  }
  for (const std::uint32_t unit : image_units_)
    gl_.BindImageTexture(unit, 0, 0, GL_FALSE, 0, GL_READ_ONLY, GL_R8);
  if (has_unpacking_) set_unpacking({});  // the server's own commands read by it, too
  has_unpacking_ = false;
  reset_.apply(touched_);
  has_arrays_ = false;
  program_ = nullptr;
}

// Also by lists that it may call.
bool ClientGl::may_touch(const jit::VerifiedProgram& program, State group) const {
  const Touched touched = Touched::by(program);
  return touched.has(group) || (touched.has(State::lists) && touched_by_lists_.has(group));
}

// Errors of the driver up to now are noted, and gone.
void ClientGl::note_driver_errors() {
  while (const GLenum error = gl_.GetError())
    if (driver_error_ == GL_NO_ERROR) driver_error_ = error;
}

// Whether the driver does it.
bool ClientGl::succeeds(const std::function<void()>& command) {
  note_driver_errors();
  command();
  const GLenum error = gl_.GetError();
  if (error == GL_NO_ERROR) return true;
  if (driver_error_ == GL_NO_ERROR) driver_error_ = error;
  return false;
}

// A command that takes memory in place of what `place` stands for. What the driver refuses changes
// nothing: it has what it had.
bool ClientGl::allocate(PictureBudget::Share& place, std::uint64_t bytes,
                        const std::function<void()>& command) {
  auto share = budget_->take(0, bytes);
  if (!share.is_ok()) {
    complain("more memory than a session may use");
    return false;
  }
  if (!succeeds(command)) return false;
  place = share.take();
  return true;
}

// The first thing that was not done in a run is what its author wants to know.
void ClientGl::complain(const char* about) {
  if (complaint_.empty()) complaint_ = about;
}

void ClientGl::call(Op service, Values v) {
  const bool is_done = names_and_programs(service, v) || uniforms(service, v) ||
                       draws(service, v) || arrays(service, v) || buffers(service, v) ||
                       textures(service, v) || framebuffers(service, v) || lists(service, v);
  if (!is_done) complain("a service that this server does not offer");
}

// -------------------------------------------------------------------------------------- names

void ClientGl::make_name(Kind kind, std::uint32_t name) {
  GLuint& made = driver_name(kind, name);
  if (name == 0 || made != 0) return;
  switch (kind) {
    case Kind::texture:
      gl_.GenTextures(1, &made);
      texture_numbers_[made] = name;
      break;
    case Kind::buffer:
      gl_.GenBuffers(1, &made);
      arrays_.buffers[name];
      break;
    case Kind::framebuffer: gl_.GenFramebuffers(1, &made); break;
    case Kind::renderbuffer: gl_.GenRenderbuffers(1, &made); break;
    case Kind::vertex_array: gl_.GenVertexArrays(1, &made); break;
    case Kind::sampler: gl_.GenSamplers(1, &made); break;
    case Kind::program: made = gl_.CreateProgram(); break;
    case Kind::list: made = gl_.GenLists(1); break;
    default: break;
  }
}

void ClientGl::delete_name(Kind kind, std::uint32_t name) {
  GLuint& made = driver_name(kind, name);
  if (made == 0) return;
  if (is_listed(kind, name)) return keep_for_lists(kind, name);
  delete_in_driver(kind, made);
  switch (kind) {
    case Kind::texture:
      texture_numbers_.erase(made);
      let_go_.push_back(texture_of(name).picture);
      textures_.erase(name);
      break;
    case Kind::buffer: forget_buffer(name); break;
    case Kind::framebuffer: attachments_.erase(name); break;
    case Kind::renderbuffer: renderbuffers_.erase(made); break;
    case Kind::vertex_array:
      arrays_.forget(name);
      vertex_memory_.erase(name);
      break;
    case Kind::list: lists_.erase(name); break;
    case Kind::shader: shaders_.erase(name); break;
    case Kind::program: attached_.erase(made); break;
    case Kind::uniform:
    case Kind::block: return;
    default: break;
  }
  made = 0;
  if (kind == Kind::list && !has_lists()) release_kept();
}

void ClientGl::delete_in_driver(Kind kind, GLuint made) {
  switch (kind) {
    case Kind::texture: return gl_.DeleteTextures(1, &made);
    case Kind::buffer: return gl_.DeleteBuffers(1, &made);
    case Kind::framebuffer: return gl_.DeleteFramebuffers(1, &made);
    case Kind::renderbuffer: return gl_.DeleteRenderbuffers(1, &made);
    case Kind::vertex_array: return gl_.DeleteVertexArrays(1, &made);
    case Kind::sampler: return gl_.DeleteSamplers(1, &made);
    case Kind::program: return gl_.DeleteProgram(made);
    case Kind::shader: return gl_.DeleteShader(made);
    case Kind::list: return gl_.DeleteLists(made, 1);
    case Kind::uniform:
    case Kind::block: return;
  }
}

void ClientGl::note_listed_names(const jit::VerifiedProgram& program) {
  const auto code = program.code();
  for (std::size_t at = 0; at < code.size(); at += jit::head_words + jit::operands_in(code[at])) {
    const auto rules = jit::operands_of(*jit::find_opcode(jit::opcode_of(code[at])));
    for (std::size_t i = 0; i < rules.size(); ++i) {
      if (rules[i].kind != jit::OperandKind::name) continue;
      const bool is_register = code[at + 1] >> i & 1;
      listed_names_.emplace(static_cast<Kind>(rules[i].set),
                            is_register ? 0 : code[at + jit::head_words + i]);
    }
  }
}

bool ClientGl::has_lists() const {
  const auto& lists = names_[static_cast<std::size_t>(Kind::list)];
  return std::ranges::any_of(lists, [](GLuint made) { return made != 0; });
}

bool ClientGl::is_listed(Kind kind, std::uint32_t name) const {
  if (kind == Kind::list || kind == Kind::shader) return false;  // no list may name one
  return (listed_names_.contains({kind, name}) || listed_names_.contains({kind, 0})) && has_lists();
}

void ClientGl::keep_for_lists(Kind kind, std::uint32_t name) {
  GLuint& made = driver_name(kind, name);
  if (kept_for_lists_.size() == jit::names_max)
    return complain("more deleted objects than display lists may name");
  Kept& kept = kept_for_lists_.emplace_back(kind, made, nullptr);
  if (kind == Kind::texture) {
    kept.texture = textures_[name];
    textures_.erase(name);
    texture_numbers_.erase(made);
  }
  made = 0;
}

void ClientGl::release_kept() {
  for (const Kept& kept : kept_for_lists_) {
    delete_in_driver(kept.kind, kept.made);
    renderbuffers_.erase(kept.kind == Kind::renderbuffer ? kept.made : 0);
    attached_.erase(kept.kind == Kind::program ? kept.made : 0);
    if (kept.texture) let_go_.push_back(kept.texture->picture);
  }
  kept_for_lists_.clear();
  listed_names_.clear();
  if (program_ != nullptr && !program_->lists().empty()) note_listed_names(*program_);
}

// The driver has unbound it wherever it was bound.
void ClientGl::forget_buffer(std::uint32_t name) {
  arrays_.forget_buffer(name);
  if (has_arrays_)
    std::erase_if(vertex_memory_[arrays_.current()],
                  [&](const auto& array) { return array.second == buffer_memory_[name]; });
  buffer_memory_.erase(name);
  if (bound_[0] == name) bound_[0] = 0;
  for (auto& [target, bound] : other_buffers_)
    if (bound == name) bound = 0;
}

std::span<const std::byte> ClientGl::data(const jit::Value& object,
                                          const jit::Value& offset) const {
  const auto found = data_.find({window_.array, static_cast<std::uint32_t>(object.i32)});
  if (found == data_.end()) return {};
  const auto from = static_cast<std::size_t>(offset.i32);
  const std::span<const std::byte> all(*found->second);
  return from <= all.size() ? all.subspan(from) : std::span<const std::byte>();
}

std::string ClientGl::text(Values v) {
  const auto bytes = data(v[0], v[1]);
  const auto size = static_cast<std::size_t>(v[2].i32);
  if (!may_move(static_cast<double>(size))) return "";
  if (size <= bytes.size()) return {reinterpret_cast<const char*>(bytes.data()), size};
  complain("a text that does not lie within its object");
  return "";
}

bool ClientGl::names_and_programs(Op service, Values v) {
  const auto name = [&](std::size_t i) { return static_cast<std::uint32_t>(v[i].i32); };
  switch (service) {
    case Op::post:
      if (on_post) on_post(window_, v[0].f32, v[1].f32);
      return true;
    case Op::gl_GenTextures: return make_name(Kind::texture, name(0)), true;
    case Op::gl_GenBuffers: return make_name(Kind::buffer, name(0)), true;
    case Op::gl_GenFramebuffers: return make_name(Kind::framebuffer, name(0)), true;
    case Op::gl_GenRenderbuffers: return make_name(Kind::renderbuffer, name(0)), true;
    case Op::gl_GenVertexArrays: return make_name(Kind::vertex_array, name(0)), true;
    case Op::gl_GenSamplers: return make_name(Kind::sampler, name(0)), true;
    case Op::gl_CreateProgram: return make_name(Kind::program, name(0)), true;
    case Op::gl_CreateShader: return create_shader(name(0), static_cast<GLenum>(v[1].i32)), true;
    case Op::gl_DeleteTextures: return delete_name(Kind::texture, name(0)), true;
    case Op::gl_DeleteBuffers: return delete_name(Kind::buffer, name(0)), true;
    case Op::gl_DeleteFramebuffers:
      for (std::size_t i = 1; i < bound_.size(); ++i)
        if (bound_[i] == name(0)) bound_[i] = 0;
      delete_name(Kind::framebuffer, name(0));
      use_target();
      return true;
    case Op::gl_DeleteRenderbuffers: return delete_name(Kind::renderbuffer, name(0)), true;
    case Op::gl_DeleteVertexArrays:
      if (name(0) == 0) return true;  // the session's own
      delete_name(Kind::vertex_array, name(0));
      gl_.BindVertexArray(driver_name(Kind::vertex_array, 0));
      arrays_.select(0);
      return true;
    case Op::gl_DeleteSamplers: return delete_name(Kind::sampler, name(0)), true;
    case Op::gl_DeleteProgram: return delete_name(Kind::program, name(0)), true;
    case Op::gl_DeleteShader: return delete_name(Kind::shader, name(0)), true;
    case Op::gl_ShaderSource: return give_source(name(0), text(v.subspan(1))), true;
    case Op::gl_AttachShader:
    case Op::gl_DetachShader: return attach_shader(service, name(0), name(1)), true;
    case Op::gl_CompileShader: {
      const GLuint shader = driver_name(Kind::shader, name(0));
      if (!may_compile(name(0))) return true;
      gl_.CompileShader(shader);
      GLint is_good = 0;
      gl_.GetShaderiv(shader, GL_COMPILE_STATUS, &is_good);
      char log[512] = {};
      if (is_good == 0) gl_.GetShaderInfoLog(shader, sizeof log, nullptr, log);
      if (is_good == 0) complain((std::string("a shader: ") + log).c_str());
      return true;
    }
    case Op::gl_LinkProgram: {
      const GLuint program = driver_name(Kind::program, name(0));
      if (!may_link(program)) return true;
      gl_.LinkProgram(program);
      GLint is_good = 0;
      gl_.GetProgramiv(program, GL_LINK_STATUS, &is_good);
      char log[512] = {};
      if (is_good == 0) gl_.GetProgramInfoLog(program, sizeof log, nullptr, log);
      if (is_good == 0) complain((std::string("a program: ") + log).c_str());
      return true;
    }
    case Op::gl_BindAttribLocation:
      gl_.BindAttribLocation(driver_name(Kind::program, name(0)), name(1),
                             text(v.subspan(2)).c_str());
      return true;
    case Op::gl_BindFragDataLocation:
      gl_.BindFragDataLocation(driver_name(Kind::program, name(0)), name(1),
                               text(v.subspan(2)).c_str());
      return true;
    case Op::gl_BindFragDataLocationIndexed:
      gl_.BindFragDataLocationIndexed(driver_name(Kind::program, name(0)), name(1), name(2),
                                      text(v.subspan(3)).c_str());
      return true;
    case Op::gl_GetUniformLocation: return program_place(Kind::uniform, v), true;
    case Op::gl_GetUniformBlockIndex: return program_place(Kind::block, v), true;
    default: return false;
  }
}

void ClientGl::create_shader(std::uint32_t name, GLenum kind) {
  const bool is_unchecked = kind == GL_COMPUTE_SHADER || kind == GL_TESS_CONTROL_SHADER ||
                            kind == GL_TESS_EVALUATION_SHADER;
  // Drivers that run shaders on the processor let these read and write beyond their shared arrays
  // and beyond what goes from stage to stage: the server's memory.
  if (is_unchecked && is_software_)
    return complain(
        "a compute or tessellation shader, which this GL driver does not keep within "
        "its arrays");
  if (is_bounded_ && kind == GL_GEOMETRY_SHADER) too_much_ = "has a geometry shader";
  GLuint& made = driver_name(Kind::shader, name);
  if (name == 0 || made != 0) return;
  made = gl_.CreateShader(kind);
  shaders_[name].made = made;
}

bool ClientGl::may_weigh(Shader& shader, const std::string& source) {
  const double weight = weight_of_shader(source);
  *shader.weight = std::min(weight, limits::screen_shader_weight_max);
  shader_weight_ = std::max(shader_weight_, *shader.weight);
  if (weight <= limits::screen_shader_weight_max) return true;
  too_much_ = "has a shader that may run for longer than the screen can wait";
  return false;
}

bool ClientGl::may_compile(std::uint32_t name) {
  const auto shader = shaders_.find(name);
  return shader == shaders_.end() || may_spend(*shader->second.weight * limits::compiling_work);
}

bool ClientGl::may_link(GLuint program) {
  double weight = limits::fixed_weight;
  if (const auto attached = attached_.find(program); attached != attached_.end())
    for (const Shader& shader : attached->second)
      weight += *shader.weight;
  return may_spend(weight * limits::compiling_work);
}

void ClientGl::give_source(std::uint32_t name, const std::string& source) {
  const auto shader = shaders_.find(name);
  if (shader == shaders_.end()) return complain("the source of no shader");
  if (source.size() > limits::shader_bytes_max) return complain("a shader of more than 64 KiB");
  if (!may_move(static_cast<double>(source.size()) * limits::source_moves)) return;
  if (const std::string why = objection_to_shader(source); !why.empty())
    return complain(why.c_str());
  // These read beyond the arrays of what they interpolate.
  if (is_software_ && source.find("interpolateAt") != source.npos)
    return complain("a shader with interpolateAt..., which this GL driver does not keep in bounds");
  if (is_bounded_ && !may_weigh(shader->second, source)) return;
  const char* lines = source.data();
  const auto size = static_cast<GLint>(source.size());
  allocate(*shader->second.source, source.size() * bytes_per_source_byte,
           [&] { gl_.ShaderSource(shader->second.made, 1, &lines, &size); });
}

// AttachShader, DetachShader.
void ClientGl::attach_shader(Op service, std::uint32_t program, std::uint32_t name) {
  const GLuint of = driver_name(Kind::program, program);
  const auto shader = shaders_.find(name);
  if (of == 0 || shader == shaders_.end()) return complain("a shader or a program of no such name");
  auto& attached = attached_[of];
  const GLuint made = shader->second.made;
  if (service == Op::gl_DetachShader) {
    if (succeeds([&] { gl_.DetachShader(of, made); }))
      std::erase_if(attached, [&](const Shader& each) { return each.made == made; });
  } else if (attached.size() == attached_max) {
    complain("more shaders for a program than there are stages");
  } else if (succeeds([&] { gl_.AttachShader(of, made); })) {
    attached.push_back(shader->second);
  }
}

void ClientGl::program_place(Kind kind, Values v) {
  const GLuint program = driver_name(Kind::program, static_cast<std::uint32_t>(v[1].i32));
  const std::string name = text(v.subspan(2));
  const GLuint place = kind == Kind::uniform
                           ? static_cast<GLuint>(gl_.GetUniformLocation(program, name.c_str()))
                           : gl_.GetUniformBlockIndex(program, name.c_str());
  if (v[0].i32 != 0) driver_name(kind, static_cast<std::uint32_t>(v[0].i32)) = place;
}

bool ClientGl::uniforms(Op service, Values v) {
  struct Form {
    Op op;
    std::uint32_t components;
    void (*set)(const gl::Dispatch& gl, GLint place, GLsizei count, const void* numbers);
  };
#define BLINK_UNIFORM(n, name, type)                                                  \
  {                                                                                   \
    Op::gl_##name, n,                                                                 \
        [](const gl::Dispatch& gl, GLint place, GLsizei count, const void* numbers) { \
          gl.name(place, count, static_cast<const type*>(numbers));                   \
        }                                                                             \
  }
  static constexpr Form forms[] = {
      BLINK_UNIFORM(1, Uniform1fv, GLfloat), BLINK_UNIFORM(2, Uniform2fv, GLfloat),
      BLINK_UNIFORM(3, Uniform3fv, GLfloat), BLINK_UNIFORM(4, Uniform4fv, GLfloat),
      BLINK_UNIFORM(1, Uniform1iv, GLint),   BLINK_UNIFORM(2, Uniform2iv, GLint),
      BLINK_UNIFORM(3, Uniform3iv, GLint),   BLINK_UNIFORM(4, Uniform4iv, GLint),
      BLINK_UNIFORM(1, Uniform1uiv, GLuint), BLINK_UNIFORM(2, Uniform2uiv, GLuint),
      BLINK_UNIFORM(3, Uniform3uiv, GLuint), BLINK_UNIFORM(4, Uniform4uiv, GLuint),
  };
#undef BLINK_UNIFORM
  const auto* form = std::ranges::find(forms, service, &Form::op);
  if (form == std::end(forms)) return false;
  const auto bytes = data(v[2], v[3]);
  const auto count = static_cast<std::uint32_t>(v[1].i32);
  if (bytes.size() < std::size_t{count} * form->components * 4) {
    complain("numbers that do not lie within their object");
    return true;
  }
  if (!may_move(count * form->components * 4)) return true;
  // Copied, since the driver wants them aligned.
  std::vector<std::uint32_t> numbers(std::size_t{count} * form->components);
  std::copy_n(bytes.data(), numbers.size() * 4, std::as_writable_bytes(std::span(numbers)).data());
  form->set(gl_,
            static_cast<GLint>(driver_name(Kind::uniform, static_cast<std::uint32_t>(v[0].i32))),
            static_cast<GLsizei>(count), numbers.data());
  return true;
}

// -------------------------------------------------------------------------------------- lists

bool ClientGl::lists(Op service, Values v) {
  const auto list = [&] { return static_cast<std::uint32_t>(v[0].i32); };
  switch (service) {
    case Op::gl_NewList:
      make_name(Kind::list, list());
      list_ = list();
      gl_.NewList(driver_name(Kind::list, list_), GL_COMPILE);
      return true;
    case Op::gl_EndList: return end_list(), true;
    case Op::gl_CallList: {
      const auto found = lists_.find(list());
      if (found == lists_.end()) return true;  // nothing to call
      const DisplayList& called = found->second;
      listed_.commands += called.cost.commands;
      listed_.vertices += called.cost.vertices;
      touched_.add(called.touched);
      if (listed_.commands > limits::procedure_commands_max ||
          listed_.vertices > limits::procedure_vertices_max)
        complain("display lists with more than a run may cost");
      else if (may_do(called.worst_case))
        gl_.CallList(driver_name(Kind::list, list()));
      return true;
    }
    case Op::gl_PopAttrib:
      gl_.PopAttrib();
      // In a list nothing is popped that was not pushed there, and it binds no framebuffer.
      if (list_ == 0 && touched_.has(State::framebuffer)) draw_where_bound();
      return true;
    case Op::gl_DeleteLists: return delete_name(Kind::list, list()), true;
    default: return false;
  }
}

// What the driver has built is counted when it is there: a run can build no more than its cost.
void ClientGl::end_list() {
  gl_.EndList();
  const auto costs = program_->lists();
  const auto cost = std::ranges::find(costs, list_, &jit::ListCost::name);
  if (cost != costs.end()) {
    DisplayList& list = lists_[list_];
    list.memory = {};
    auto share = budget_->take(
        0, cost->cost.commands * bytes_per_command + cost->cost.vertices * bytes_per_vertex);
    if (share.is_ok()) {
      list = {cost->cost, Touched::by(*program_), share.take(),
              procedure_->worst_case().of_list(list_)};
      touched_by_lists_.add(list.touched);
    } else {
      complain("more memory than a session may use");
      gl_.NewList(driver_name(Kind::list, list_), GL_COMPILE);
      gl_.EndList();
      lists_.erase(list_);
    }
  }
  list_ = 0;
}

}  // namespace blink::server
