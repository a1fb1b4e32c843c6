#include "machines/x_agent/x_server.h"

#include <fcntl.h>
#include <unistd.h>
#include <xcb/composite.h>
#include <xcb/damage.h>
#include <xcb/xtest.h>
#include <algorithm>
#include <span>

namespace blink::machines {
namespace {

constexpr std::uint32_t property_words_max = 256;

template <typename T>
std::unique_ptr<T, decltype(&std::free)> owned(T* its) {
  return {its, &std::free};
}

}  // namespace

XServer::~XServer() {
  if (x_ != nullptr) xcb_disconnect(x_);
}

Result<std::unique_ptr<XServer>> XServer::connect(int region) {
  std::unique_ptr<XServer> server(new XServer);
  server->x_ = xcb_connect(nullptr, nullptr);
  if (server->is_gone()) return Status::system("cannot reach the X server");
  server->root_ = xcb_setup_roots_iterator(xcb_get_setup(server->x_)).data->root;
  BLINK_TRY(server->find_extensions(region));
  server->shown_ = server->atom("_BLINK_SHOWN");
  server->net_name_ = server->atom("_NET_WM_NAME");
  server->protocols_ = server->atom("WM_PROTOCOLS");
  server->deletion_ = server->atom("WM_DELETE_WINDOW");
  server->state_ = server->atom("WM_STATE");
  const std::uint32_t events =
      XCB_EVENT_MASK_SUBSTRUCTURE_NOTIFY | XCB_EVENT_MASK_SUBSTRUCTURE_REDIRECT;
  const auto refused = owned(xcb_request_check(
      server->x_,
      xcb_change_window_attributes_checked(server->x_, server->root_, XCB_CW_EVENT_MASK, &events)));
  if (refused) return Status::system("the X server has a window manager already");
  xcb_composite_redirect_subwindows(server->x_, server->root_, XCB_COMPOSITE_REDIRECT_MANUAL);
  server->flush();
  return server;
}

// Each must be asked for its version before it is used.
Status XServer::find_extensions(int region) {
  const auto composite = owned(xcb_composite_query_version_reply(
      x_, xcb_composite_query_version(x_, XCB_COMPOSITE_MAJOR_VERSION, XCB_COMPOSITE_MINOR_VERSION),
      nullptr));
  const auto damage = owned(xcb_damage_query_version_reply(
      x_, xcb_damage_query_version(x_, XCB_DAMAGE_MAJOR_VERSION, XCB_DAMAGE_MINOR_VERSION),
      nullptr));
  const auto shm = owned(xcb_shm_query_version_reply(x_, xcb_shm_query_version(x_), nullptr));
  const auto test = owned(xcb_test_get_version_reply(x_, xcb_test_get_version(x_, 2, 2), nullptr));
  if (!composite || !damage || !shm || !test)
    return Status::system("the X server lacks one of Composite, Damage, MIT-SHM and XTEST");
  damage_event_ = xcb_get_extension_data(x_, &xcb_damage_id)->first_event + XCB_DAMAGE_NOTIFY;
  region_ = xcb_generate_id(x_);
  const int copy = ::fcntl(region, F_DUPFD_CLOEXEC, 3);  // it is closed when it was sent
  const auto refused =
      owned(xcb_request_check(x_, xcb_shm_attach_fd_checked(x_, region_, copy, 0)));
  if (refused) return Status::system("the X server does not map the region");
  return {};
}

xcb_atom_t XServer::atom(std::string_view name) {
  const auto its = owned(xcb_intern_atom_reply(
      x_, xcb_intern_atom(x_, 0, static_cast<std::uint16_t>(name.size()), name.data()), nullptr));
  return its ? its->atom : xcb_atom_t{XCB_ATOM_NONE};
}

std::vector<xcb_window_t> XServer::windows() {
  std::vector<xcb_window_t> all;
  const auto tree = owned(xcb_query_tree_reply(x_, xcb_query_tree(x_, root_), nullptr));
  if (!tree) return all;
  for (const xcb_window_t window :
       std::span(xcb_query_tree_children(tree.get()),
                 static_cast<std::size_t>(xcb_query_tree_children_length(tree.get())))) {
    const auto its =
        owned(xcb_get_window_attributes_reply(x_, xcb_get_window_attributes(x_, window), nullptr));
    if (its && its->map_state == XCB_MAP_STATE_VIEWABLE) all.push_back(window);
  }
  return all;
}

bool XServer::place_of(xcb_window_t window, XPlace* place) {
  const auto its = owned(xcb_get_geometry_reply(x_, xcb_get_geometry(x_, window), nullptr));
  const auto attributes =
      owned(xcb_get_window_attributes_reply(x_, xcb_get_window_attributes(x_, window), nullptr));
  if (!its || !attributes || attributes->_class != XCB_WINDOW_CLASS_INPUT_OUTPUT) return false;
  const std::uint32_t border = its->border_width;
  *place = {its->x, its->y, its->width + 2 * border, its->height + 2 * border};
  return its->depth >= 24;
}

bool XServer::is_shown_elsewhere(xcb_window_t window) {
  const auto its = owned(xcb_get_property_reply(
      x_, xcb_get_property(x_, 0, window, shown_, XCB_ATOM_ANY, 0, 1), nullptr));
  return its && its->type != XCB_ATOM_NONE;
}

std::string XServer::text_property(xcb_window_t window, xcb_atom_t property) {
  const auto its = owned(xcb_get_property_reply(
      x_, xcb_get_property(x_, 0, window, property, XCB_ATOM_ANY, 0, property_words_max), nullptr));
  if (!its || its->format != 8) return {};
  return {static_cast<const char*>(xcb_get_property_value(its.get())),
          static_cast<std::size_t>(xcb_get_property_value_length(its.get()))};
}

std::string XServer::title_of(xcb_window_t window) {
  const std::string title = text_property(window, net_name_);
  return title.empty() ? text_property(window, XCB_ATOM_WM_NAME) : title;
}

std::uint32_t XServer::watch(xcb_window_t window) {
  const std::uint32_t events = XCB_EVENT_MASK_PROPERTY_CHANGE;
  xcb_change_window_attributes(x_, window, XCB_CW_EVENT_MASK, &events);
  const xcb_damage_damage_t damage = xcb_generate_id(x_);
  xcb_damage_create(x_, damage, window, XCB_DAMAGE_REPORT_LEVEL_BOUNDING_BOX);
  return damage;
}

void XServer::unwatch(std::uint32_t damage) { xcb_damage_destroy(x_, damage); }
void XServer::take_damage(std::uint32_t damage) {
  xcb_damage_subtract(x_, damage, XCB_NONE, XCB_NONE);
}

std::uint32_t XServer::name_pixels(xcb_window_t window) {
  const xcb_pixmap_t pixmap = xcb_generate_id(x_);
  xcb_composite_name_window_pixmap(x_, window, pixmap);
  return pixmap;
}

void XServer::drop_pixels(std::uint32_t pixmap) { xcb_free_pixmap(x_, pixmap); }

bool XServer::copy_rows(std::uint32_t pixmap, std::uint32_t width, std::uint32_t first,
                        std::uint32_t count, std::uint64_t to) {
  const auto cookie =
      xcb_shm_get_image(x_, pixmap, 0, static_cast<std::int16_t>(first),
                        static_cast<std::uint16_t>(width), static_cast<std::uint16_t>(count), ~0u,
                        XCB_IMAGE_FORMAT_Z_PIXMAP, region_, static_cast<std::uint32_t>(to));
  return owned(xcb_shm_get_image_reply(x_, cookie, nullptr)) != nullptr;
}

void XServer::allow(const xcb_map_request_event_t& wish) {
  const std::uint32_t normal[] = {1, XCB_NONE};  // ICCCM 4.1.3.1: NormalState, no icon
  xcb_change_property(x_, XCB_PROP_MODE_REPLACE, wish.window, state_, state_, 32, 2, normal);
  const std::uint32_t no_border = 0;  // the server draws one
  xcb_configure_window(x_, wish.window, XCB_CONFIG_WINDOW_BORDER_WIDTH, &no_border);
  xcb_map_window(x_, wish.window);
}

void XServer::allow(const xcb_configure_request_event_t& wish) {
  std::vector<std::uint32_t> values;
  const auto take = [&](std::uint16_t bit, std::uint32_t value) {
    if ((wish.value_mask & bit) != 0) values.push_back(value);
  };
  take(XCB_CONFIG_WINDOW_X, static_cast<std::uint32_t>(wish.x));
  take(XCB_CONFIG_WINDOW_Y, static_cast<std::uint32_t>(wish.y));
  take(XCB_CONFIG_WINDOW_WIDTH, wish.width);
  take(XCB_CONFIG_WINDOW_HEIGHT, wish.height);
  take(XCB_CONFIG_WINDOW_BORDER_WIDTH, 0);
  take(XCB_CONFIG_WINDOW_SIBLING, wish.sibling);
  take(XCB_CONFIG_WINDOW_STACK_MODE, wish.stack_mode);
  xcb_configure_window(x_, wish.window, wish.value_mask, values.data());
}

void XServer::resize(xcb_window_t window, std::uint32_t width, std::uint32_t height) {
  const std::uint32_t size[] = {width, height};
  xcb_configure_window(x_, window, XCB_CONFIG_WINDOW_WIDTH | XCB_CONFIG_WINDOW_HEIGHT, size);
}

void XServer::raise(xcb_window_t window) {
  const std::uint32_t above = XCB_STACK_MODE_ABOVE;
  xcb_configure_window(x_, window, XCB_CONFIG_WINDOW_STACK_MODE, &above);
}

void XServer::focus(xcb_window_t window) {
  xcb_set_input_focus(x_, XCB_INPUT_FOCUS_POINTER_ROOT, window, XCB_CURRENT_TIME);
}

bool XServer::has_protocol(xcb_window_t window, xcb_atom_t wanted) {
  const auto its = owned(xcb_get_property_reply(
      x_, xcb_get_property(x_, 0, window, protocols_, XCB_ATOM_ATOM, 0, property_words_max),
      nullptr));
  if (!its || its->format != 32) return false;
  const std::span all(static_cast<const xcb_atom_t*>(xcb_get_property_value(its.get())),
                      static_cast<std::size_t>(xcb_get_property_value_length(its.get())) / 4);
  return std::ranges::find(all, wanted) != all.end();
}

void XServer::ask_to_close(xcb_window_t window) {
  if (!has_protocol(window, deletion_)) return (void)xcb_kill_client(x_, window);
  xcb_client_message_event_t event{};
  event.response_type = XCB_CLIENT_MESSAGE;
  event.format = 32;
  event.window = window;
  event.type = protocols_;
  event.data.data32[0] = deletion_;
  event.data.data32[1] = XCB_CURRENT_TIME;
  xcb_send_event(x_, 0, window, 0, reinterpret_cast<const char*>(&event));
}

void XServer::fake(std::uint8_t type, std::uint8_t detail, int x, int y) {
  xcb_test_fake_input(x_, type, detail, XCB_CURRENT_TIME, root_, static_cast<std::int16_t>(x),
                      static_cast<std::int16_t>(y), 0);
}

}  // namespace blink::machines
