// Every named limit of the server, in one place. A limit says what it bounds, and why that much.
// Limits of the binary interface itself (largest array, ring sizes) are in vso/blink_vso.h, since
// both sides must agree on them; here is what this server is willing to give.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace blink::limits {

inline constexpr std::uint64_t KiB = 1024;
inline constexpr std::uint64_t MiB = 1024 * KiB;
inline constexpr std::uint64_t GiB = 1024 * MiB;

// Sessions at once. Each is a thread and a mapping; the number bounds what a crowd of connections
// can cost.
inline constexpr std::uint32_t sessions_max = 1024;
// Of one process, which may be a machine's whole applications: so many that it takes a crowd of
// processes to fill the server.
inline constexpr std::uint32_t sessions_per_process_max = 128;
// Machines at once: each is a socket to listen at. One has as many sessions as a process.
inline constexpr std::uint32_t machines_max = 32;
inline constexpr std::size_t machine_name_bytes_max = 32;
// Descriptors. A session has five, a sixth for its renderer, and four more may come with a message;
// what is left is for the screen's driver, and so that `blink down` is heard.
inline constexpr std::uint32_t session_descriptors = 10;
inline constexpr std::uint32_t server_descriptors = 128;

// Defaults of the quotas of one session (`blink up --help`: each has an option).
inline constexpr std::uint32_t session_objects_max = 131'072;
inline constexpr std::uint64_t session_region_bytes_max = 4 * GiB;  // address space, not memory
inline constexpr std::uint64_t session_object_bytes_max = 1 * GiB;  // sum over the live objects
// Pieces of page lists held for all objects of a session: 16 bytes each in the server.
inline constexpr std::uint32_t session_extents_max = 1u << 19;
// A client rings only when the server sleeps, and one round trip takes at least 3 us: an honest
// client cannot reach this. One that writes the doorbell in a loop passes it in a fraction of a
// second.
inline constexpr std::uint32_t session_notifications_per_s_max = 400'000;
// Commands and changed objects are work for the session's own thread; these bound how long that
// thread goes on before it looks at the outside again (a stop, a client that has gone).
inline constexpr std::uint32_t commands_per_turn_max = 256;
inline constexpr std::uint32_t changes_per_turn_max = 4096;
// Pages and entries of page lists in those changes; the last change may go beyond. Without it a
// turn of refused or torn objects would take hours.
inline constexpr std::uint64_t pages_per_turn_max = 1u << 16;

// Events that were caused by a client's own commands and found its event ring full. A paused client
// sends no commands, so it never gets here; one that goes on asking and never reads does.
inline constexpr std::uint32_t unread_answers_max = 1024;

// Torn reads of one object in a row before the client is told that it updates faster than its
// content can be read.
inline constexpr std::uint32_t torn_reads_told = 8;

// Mappings that make scattered pages contiguous: over all objects of a session (enough for 64 MiB
// made of single pages), and over all sessions, since the kernel allows 65,530 for a process. Past
// either, content is copied instead: slower, and always possible.
inline constexpr std::uint32_t session_mapped_runs_max = 16'384;
inline constexpr std::uint32_t server_mapped_runs_max = 49'152;

// A connection that has not said hello by then is closed.
inline constexpr std::uint32_t handshake_ms_max = 5'000;
// When the server stops: a session that has not ended by then is stuck in the kernel, and the
// server goes without it.
inline constexpr std::uint32_t session_end_ms_max = 3'000;
// Whatever hangs then, the server's process has gone by this time.
inline constexpr std::uint32_t server_end_ms_max = 8'000;
// A client waits this long for an answer to a command or a handshake before it gives up.
inline constexpr std::uint32_t client_answer_ms_max = 10'000;
// Requests on the control socket: one line each, which must come in that time. Each is served by a
// thread, so there are few; who does not read the answer is given up after a while, or when the
// next one needs its place.
inline constexpr std::size_t control_request_bytes_max = 4 * KiB;
inline constexpr std::uint32_t control_ms_max = 2'000;
inline constexpr std::size_t control_requests_max = 8;
inline constexpr std::uint32_t control_stop_ms_max = 1'000;  // for answers, when the server stops

// The log. Lines of one kind of event: a crowd that comes or goes at once is told of whole, and who
// misbehaves in a loop fills the file in an hour, not in seconds. The file's size: two such are
// kept.
inline constexpr std::uint32_t log_lines_at_once_max = 200;
inline constexpr std::uint32_t log_lines_per_s_max = 10;
inline constexpr std::uint32_t log_kinds_max = 64;
inline constexpr std::uint64_t log_bytes_max = 8 * MiB;

// Pictures (BLINK_OBJECT_PICTURE): what every GL driver of the last ten years takes.
inline constexpr std::uint32_t picture_side_max = 16'384;
// How many there are. Every frame draws all of them, so the server's number bounds how long a frame
// may take and with it what one client can do to the others: about half a second by llvmpipe.
inline constexpr std::uint32_t session_pictures_max = 256;
inline constexpr std::uint32_t server_pictures_max = 1'024;
// Their textures, of which a picture that changes has up to four: the largest picture fits.
inline constexpr std::uint64_t session_texture_bytes_max = 4 * GiB;
inline constexpr std::uint64_t server_texture_bytes_max = 8 * GiB;

// Names and titles in the frames of windows. A client chooses its titles and may change them each
// frame: the first two bound what drawing one costs (about 2 ms when every byte of it is a mark
// that needs no room), the others what the lines kept as textures take.
inline constexpr std::size_t label_bytes_max = 512;
inline constexpr std::size_t fallback_fonts_max = 16;  // open at a time
inline constexpr std::int32_t label_size_px_max = 64;  // of the letters
inline constexpr std::int32_t label_width_px_max = 2'048;
inline constexpr std::size_t label_lines_max = 512;
inline constexpr std::size_t label_texture_bytes_max = 16 * MiB;
// How long a picture's next version waits for a texture that nobody draws.
inline constexpr std::chrono::milliseconds free_texture_wait_max{2'000};
// Title bars that are kept as they were drawn, and that are only known to have been.
inline constexpr std::size_t title_bars_max = 4'096;
inline constexpr std::size_t title_bars_bytes_max = 64 * MiB;
inline constexpr std::size_t title_bar_bytes_max = 2 * MiB;
inline constexpr std::uint32_t title_bars_made_max = 4;  // for one frame: the others wait

// Procedures. The length bounds what is copied and compiled (about 200,000 to 2,000,000 commands),
// the worst case what one run may cost: a frame of 16 ms has room for about a million calls of a
// driver and as many vertices.
inline constexpr std::uint32_t procedure_words_max = 1u << 23;
inline constexpr std::uint32_t procedure_targets_max = 1u << 16;  // of jumps
inline constexpr std::uint64_t procedure_commands_max = 1u << 20;
inline constexpr std::uint64_t procedure_vertices_max = 1u << 22;

// Windows of a session, each with its five procedures and about 3 KB of state.
inline constexpr std::uint32_t session_windows_max = 256;
inline constexpr std::uint32_t server_windows_max = 2'048;
// What a redraw may take of a frame (16 ms), so that there is time for others. Beyond, a few times
// in a row (once may be the host's doing), it is drawn by its session's own thread, until it has
// been quick there for about a second.
inline constexpr std::chrono::milliseconds redraw_time_max{8};
inline constexpr std::chrono::milliseconds redraw_at_once_max{100};
// A `frame` that takes longer rests so many times as long as it took, times the number of such
// ones; one that takes much longer at least twice as long each time.
inline constexpr std::chrono::microseconds frame_at_once_max{500}, frame_very_slow{4'000};
inline constexpr int frame_rest_parts = 16;
inline constexpr std::chrono::seconds frame_rest_max{60};
inline constexpr int frame_rest_outlasts = 64;  // quick runs
inline constexpr std::uint32_t slow_redraws_max = 3, very_slow_redraws_max = 2;
inline constexpr std::uint32_t quick_redraws_min = 60;
// How many windows of a session may have to go for very slow redraws, before none of it is drawn on
// the screen's thread any more.
inline constexpr std::uint32_t very_slow_windows_max = 3;
// What slow and quick redraws among those measured count for it, and how long after a slow frame
// some of the redraws are measured, at random: nobody can be quick just then.
inline constexpr std::uint32_t slow_redraw_weight = 4;
inline constexpr std::uint32_t frames_watched = 600;
// What a redraw may make a driver do, at most, that draws with the processor: as weight of shaders
// times pixels that all of its primitives could cover; and of changes of state, for each of which
// it may make machine code. Where it could be more, it is drawn beside the screen from the first.
// About a second and a half.
inline constexpr double screen_work_max = double{1ull << 35};
inline constexpr double screen_changes_max = 256;
inline constexpr double screen_shader_weight_max = 4'096;
// Weights: where there is no shader; that times these where there are textures, units of them, and
// smaller versions of textures between which drivers mix.
inline constexpr double fixed_weight = 64;
inline constexpr double textures_weight = 3, units_weight = 8, mipmaps_weight = 4;
// Of a shader's words, which count 1: what begins with a parenthesis, what the language calculates,
// what looks at a texture, and a matrix. And up to which length copying an array is but a word.
inline constexpr double shader_call_weight = 16;
inline constexpr double shader_function_weight = 64;
inline constexpr double shader_texture_weight = 128;
inline constexpr double shader_matrix_weight = 32;
inline constexpr double shader_short_array = 16;
// However small a window is, each primitive takes as long as so many pixels of it.
inline constexpr double screen_pixels_min = 256;
// Of the same measure: for each byte that is copied or brought into another form, for each word of
// a shader that is compiled or linked, and how many bytes a byte of source is worth that is looked
// at.
inline constexpr double moving_work = 16;
inline constexpr double compiling_work = double{1 << 18};
inline constexpr double source_moves = 256;
// The screen's thread is for all: when it is late, the procedures of those who draw may use half of
// it together, and one of them a good deal at once after it has been quiet. Who owes more than this
// is forgiven it.
inline constexpr std::uint32_t screen_share_parts_max = 16;
inline constexpr std::chrono::milliseconds screen_share_held_max{250};
inline constexpr std::chrono::seconds screen_share_owed_max{2};
// Who must wait owes at least so much. What is usual is so of about so many frames.
inline constexpr std::chrono::milliseconds screen_fine{100};
inline constexpr int usual_of_frames = 8;
// It is late when frames have taken so much longer than they may, and very late when they take more
// than so many periods. So many on time make up for one that took twice as long.
inline constexpr std::chrono::milliseconds screen_late_max{50};
inline constexpr int late_frame_outlasts = 8;
inline constexpr int very_late_periods = 2;
// Windows of a session that open, or get another title or size: so many at once, and then so many
// each second.
inline constexpr std::uint32_t window_changes_at_once = 320;
inline constexpr std::uint32_t window_changes_per_s_max = 120;
// Who was sent beside the screen is expected to be no better when it comes again.
inline constexpr std::chrono::seconds slow_process_remembered{60};
// So many processes of which the first redraw took longer, in that time: whoever comes then is
// drawn beside the screen until its redraws have been quick there. (A first one compiles shaders.)
inline constexpr int slow_processes_many = 4;
inline constexpr std::chrono::milliseconds first_redraw_max{250};
// New windows of others that take the keyboard need a user who is quiet for longer and longer, up
// to this, unless there was none for that long.
inline constexpr std::chrono::seconds keyboard_pause_max{60};
// A client that was asked to close a window and says nothing for so long does not answer: the user
// may end it.
inline constexpr std::chrono::milliseconds close_answer_time_max{3'000};
// Events on their way from the screen to a session's thread, which takes them at once unless its
// client keeps it busy.
inline constexpr std::size_t session_letters_max = 1'024;
// Frames, the upper ones, among which a new window looks for a free place, and among which for the
// place where it hides least: millions and 20,000 comparisons for each window at most.
inline constexpr std::size_t placed_frames_max = 1'024;
inline constexpr std::size_t covered_frames_max = 12;
// What the user does between two frames: a fast mouse moves a thousand times a second.
inline constexpr std::size_t input_events_max = 4'096;
// How far from 0 places and steps may be: more pixels than any screen has.
inline constexpr float input_place_max = 65'536;
inline constexpr std::uint32_t input_key_max = 767;  // KEY_MAX of Linux' evdev
// Copies of what procedures use by an object's id (BLINK_OBJECT_DATA): meshes, shaders, small
// textures. Large pixels that change are pictures, which are not copied.
inline constexpr std::uint64_t session_data_bytes_max = 256 * MiB;
inline constexpr std::uint64_t server_data_bytes_max = 2 * GiB;
// A driver's compiler takes time for a shader, and the screen waits for it.
inline constexpr std::size_t shader_bytes_max = 64 * KiB;
// What its macros may become, all uses together, and how long an array may be: compilers take each
// element of one that is indexed by a variable for a variable of its own.
inline constexpr std::size_t shader_macro_bytes_max = 256 * KiB;
inline constexpr std::uint32_t shader_array_max = 4'096;
// Of threads that may run a driver's compiler, which goes as deep as the longest expression that
// the above allows. Reserved, and taken page by page where it is needed.
inline constexpr std::size_t compiling_stack_bytes = 512 * MiB;
// Compiled procedures take about ten times the room of their words.
inline constexpr std::uint64_t session_procedure_words_max = 1u << 24;
inline constexpr std::uint64_t server_procedure_words_max = 1u << 26;

// Browsers that show the screen. Connections are more than viewers: a browser fetches the page and
// opens some ahead; any program of the host can open one, and has little time to name the token.
inline constexpr std::uint32_t web_connections_max = 32;
inline constexpr std::uint32_t web_viewers_max = 4;
inline constexpr std::uint32_t web_token_ms_max = 5'000;
// What a page tells between two of the screen's frames: some hundreds of events.
inline constexpr std::size_t web_message_bytes_max = 64 * KiB;
inline constexpr std::uint32_t web_messages_per_s_max = 1'000;

static_assert(sessions_per_process_max <= sessions_max / 8);
static_assert(session_object_bytes_max <= session_region_bytes_max);
static_assert(commands_per_turn_max > 0 && changes_per_turn_max > 0);
static_assert(session_mapped_runs_max <= server_mapped_runs_max);
static_assert(session_pictures_max <= server_pictures_max);
static_assert(session_texture_bytes_max <= server_texture_bytes_max);
static_assert(4ull * picture_side_max * picture_side_max * 4 <= session_texture_bytes_max);
static_assert(label_lines_max >= 3 &&
                  3ull * label_width_px_max * 2 * label_size_px_max <= label_texture_bytes_max,
              "a frame shows three lines");
static_assert(server_mapped_runs_max < 65'530 - sessions_max * 8, "stacks and regions fit beside");

// Replayed GL streams. What a driver would trust is copied first, and so much of it at once.
inline constexpr std::uint64_t replayed_array_bytes_max = 4 * MiB;
inline constexpr std::uint64_t replayed_text_bytes_max = 4 * MiB;  // of a shader's source
inline constexpr int freeze_ms_max = 8'000;  // for processes to let go of the display
inline constexpr std::uint64_t replayed_image_bytes_max = 512 * MiB;  // that is read back at once
inline constexpr std::uint32_t replayed_names_max = 1 << 20;          // of one kind in one context
inline constexpr std::uint32_t replayed_streams_max = 64;             // contexts of one session
inline constexpr std::uint32_t replayed_surfaces_max = 256;           // of one session
inline constexpr std::uint32_t replayed_images_max = 4096;            // of EGL's, likewise

// Renderers: a process for each session that uses OpenGL, with a driver of its own, about 50 MB.
inline constexpr std::uint32_t renderers_max = 256;
// What the driver may take there, and frames on their way to the screen as much again. A program
// with large textures takes some hundreds of MB.
inline constexpr std::uint64_t renderer_memory_bytes_max = 2 * GiB;
// A frame that takes so long is no use to anybody; shaders that take a second to compile there are.
inline constexpr std::uint32_t renderer_ms_max = 10'000;
// Procedures beside the screen: how nice their process is, and how often a session may have a new
// one because its procedures were the end of the one before.
inline constexpr int procedures_nice = 19;
inline constexpr std::chrono::seconds procedures_idle_max{10};  // then it goes: 70 MB
inline constexpr std::uint32_t procedure_renderer_failures_max = 3;
inline constexpr std::uint32_t redraws_in_vain_max = 30;    // where none can be had: then they fail
inline constexpr std::uint32_t renderer_descriptors = 256;  // a driver's own: a few dozen
// A frame or an answer each: no program draws so many.
inline constexpr std::uint32_t renderer_reports_per_s_max = 100'000;

}  // namespace blink::limits
