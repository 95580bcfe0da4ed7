// One libwebsockets context, one thread: tasks, timers, and the sockets of the server.
// SPDX-License-Identifier: Apache-2.0
#include "net/loop.h"

#include <libwebsockets.h>
#include <openssl/x509_vfy.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <exception>
#include <string_view>
#include <utility>

#include "base/haste.h"
#include "base/log.h"
#include "base/thrown.h"
#include "net/client_impl.h"
#include "net/fetch_impl.h"
#include "net/loop_impl.h"
#include "net/pace.h"

namespace xb::net {
namespace {

constexpr std::size_t most_tasks = 4096;
// A flush to a thousand listeners takes 7 ms: who speaks meanwhile is heard in between.
constexpr int most_turns = 64;
constexpr int most_ready = 512;

// Between the library's C frames and what we were given to call: an exception ends the call, not
// the loop.
template <class Call>
void guarded(Call&& call) {
  try {
    call();
  } catch (const std::exception& thrown) {
    log_thrown("net", "a task", thrown);
  }
}

void log_library_line(int level, const char* line) {
  std::string_view text = line == nullptr ? "" : line;
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  if (level == LLL_ERR || level == LLL_WARN) log_warn("net.lws", "{}", text);
}

}  // namespace

// What the library calls for us.
struct LoopCallbacks {
  static int call(lws* wsi, lws_callback_reasons reason, void* user, void* /*in*/,
                  std::size_t length) {
    // Asked of the first protocol, for whichever client it is; what was found out stands.
    if (reason == LWS_CALLBACK_OPENSSL_PERFORM_SERVER_CERT_VERIFICATION) {
      const bool is_trusted = length != 0;
      if (!is_trusted) distrust(wsi, static_cast<X509_STORE_CTX*>(user));
      return 0;
    }
    // Mail comes with a made-up wsi for every protocol; the context's own pointer is good.
    auto* const loop = static_cast<Loop::Impl*>(lws_context_user(lws_get_context(wsi)));
    if (reason == LWS_CALLBACK_EVENT_WAIT_CANCELLED) guarded([&] { loop->take_mail(); });
    if (reason == LWS_CALLBACK_RAW_RX_FILE) guarded([&] { loop->take_ready(); });
    return 0;
  }

  // The library only says that it could not connect.
  static void distrust(lws* wsi, X509_STORE_CTX* verdict) {
    auto& loop = *static_cast<Loop::Impl*>(lws_context_user(lws_get_context(wsi)));
    auto* const whose = lws_get_opaque_user_data(wsi);
    const auto* why = X509_verify_cert_error_string(X509_STORE_CTX_get_error(verdict));
    if (const auto at = loop.clients.find(static_cast<ClientConnection*>(whose));
        at != loop.clients.end())
      at->second->distrust(why);
    if (const auto at = loop.fetches.find(static_cast<FetchExchange*>(whose));
        at != loop.fetches.end())
      at->second->distrust(why);
  }
};

struct Loop::Impl::TurnTimer {
  lws_sorted_usec_list_t entry{};  // first: the library hands us its address
  Impl* loop = nullptr;

  static void ring(lws_sorted_usec_list_t* entry) {
    reinterpret_cast<TurnTimer*>(entry)->loop->turns();
  }
};

bool Mail::put(Loop::Task&& task, bool may_refuse) {
  std::lock_guard lock(mutex_);
  if (context_ == nullptr || (may_refuse && tasks_.size() >= capacity_)) {
    ++refused_;
    return false;
  }
  tasks_.push_back(std::move(task));
  lws_cancel_service(context_);
  return true;
}
bool Mail::post(Loop::Task task) {
  return put(std::move(task), true);
}
bool Mail::post_always(Loop::Task task) {
  return put(std::move(task), false);
}
std::uint64_t Mail::refused() const {
  std::lock_guard lock(mutex_);
  return refused_;
}

Loop::Impl::Impl(std::string loop_name, Health& loop_health, Clock& loop_clock)
    : name(std::move(loop_name)),
      health(loop_health),
      clock(loop_clock),
      mail(std::make_shared<Mail>(most_tasks)),
      scratch(2 * 65'536) {
  lws_set_log_level(LLL_ERR | LLL_WARN, &log_library_line);
  lws_context_creation_info info{};
  info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
  info.user = this;
  info.gid = -1;
  info.uid = -1;
  info.max_http_header_pool = 64;  // clients only
  info.pt_serv_buf_size = 65'536;
  info.timeout_secs = 10;
  context = lws_create_context(&info);
  if (context != nullptr) vhost = make_vhost("plain", 0);
  if (vhost == nullptr || !open_ready()) {
    health.set(name, Condition::failed, Error(ErrorCode::net_failed, "libwebsockets"));
    if (context != nullptr) lws_context_destroy(context);
    context = nullptr;
    return;
  }
  turn_timer = std::make_unique<TurnTimer>();
  turn_timer->loop = this;
  mail->context_ = context;
  worker = Worker(name, health, [this](std::stop_token stop) {
    hasten_this_thread();
    run(std::move(stop));
  });
}

bool Loop::Impl::open_ready() {
  ready = ::epoll_create1(EPOLL_CLOEXEC);
  if (ready < 0) return false;
  lws_adopt_desc_t adopt{};
  adopt.vh = vhost;
  adopt.type = LWS_ADOPT_RAW_FILE_DESC;
  adopt.fd.filefd = ready;
  adopt.vh_prot_name = own_protocol;
  epoll_event due{};
  due.events = EPOLLIN;
  due.data.ptr = &timers;
  if (timers.descriptor() >= 0 &&
      ::epoll_ctl(ready, EPOLL_CTL_ADD, timers.descriptor(), &due) == 0 &&
      lws_adopt_descriptor_vhost_via_info(&adopt) != nullptr)
    return true;
  ::close(ready);
  return false;
}

lws_vhost* Loop::Impl::make_vhost(const char* vhost_name, std::uint64_t tls_options) {
  static const lws_protocols protocols[] = {
      {own_protocol, &LoopCallbacks::call, 0, 0, 0, nullptr, 0},
      {client_protocol, &client_callback, 0, 65'536, 0, nullptr, 65'536},
      {fetch_protocol, &fetch_callback, 0, 0, 0, nullptr, 0},
      {nullptr, nullptr, 0, 0, 0, nullptr, 0}};
  lws_context_creation_info info{};
  info.port = CONTEXT_PORT_NO_LISTEN;
  info.options = tls_options;
  info.vhost_name = vhost_name;
  info.alpn = "http/1.1";
  info.timeout_secs = 10;
  info.protocols = protocols;
  return lws_create_vhost(context, &info);
}

lws_vhost* Loop::Impl::client_vhost(bool is_tls) {
  if (!is_tls) return vhost;
  if (tls_vhost == nullptr) tls_vhost = make_vhost("tls", LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT);
  return tls_vhost;
}

Loop::Impl::~Impl() {
  worker.request_stop();
  mail->post_always([] {});  // wakes it
  worker.join();
}

void Loop::Impl::run(std::stop_token stop) {
  mail->thread_ = std::this_thread::get_id();
  std::exception_ptr thrown;
  try {
    while (!stop.stop_requested() && lws_service(context, 0) >= 0) {
    }
    take_mail();
  } catch (...) {
    thrown = std::current_exception();
  }
  end();
  if (thrown) std::rethrow_exception(thrown);
}

// However it came: nothing is waited for any more that would have been done here.
void Loop::Impl::end() {
  std::deque<Task> late;  // destroyed outside the lock: what they hold may post in its destructor
  {
    std::lock_guard lock(mail->mutex_);
    mail->context_ = nullptr;  // from here no other thread touches the context
    late.swap(mail->tasks_);
  }
  late.clear();
  drop_fetches(*this);
  close_clients(*this);
  while (!watched.empty()) unwatch(*watched.begin()->second);
  lws_sul_cancel(&turn_timer->entry);
  lws_context_destroy(context);
  context = nullptr;
  clients.clear();
  fetches.clear();
  mail->thread_ = std::thread::id{};
}

void Loop::Impl::take_mail() {
  // Only what is there now: a task that posts itself again must not keep the sockets waiting.
  // Taking it needs no memory, so that none is left lying for the lack of it.
  std::size_t left = 0;
  {
    std::lock_guard lock(mail->mutex_);
    left = mail->tasks_.size();
  }
  for (; left > 0; --left) {
    Task task;
    {
      std::lock_guard lock(mail->mutex_);
      if (mail->tasks_.empty()) return;
      task = std::move(mail->tasks_.front());
      mail->tasks_.pop_front();
    }
    guarded(task);
  }
}

void Loop::Impl::turns() {
  for (int i = 0; i < most_turns && !with_turn.empty(); ++i) {
    const auto each = std::move(with_turn.front());
    with_turn.pop_front();
    each->has_turn_ = false;
    if (each->fd_ >= 0) guarded([&] { each->turn(); });
  }
  if (!with_turn.empty()) lws_sul_schedule(context, 0, &turn_timer->entry, &TurnTimer::ring, 1);
}

void Loop::Impl::take_ready() {
  std::array<epoll_event, most_ready> found{};
  const int count = ::epoll_wait(ready, found.data(), most_ready, 0);
  for (int i = 0; i < count; ++i) {
    const auto& event = found[static_cast<std::size_t>(i)];
    if (event.data.ptr == &timers) {
      timers.ring([](const Task& task) { guarded(task); });
      continue;
    }
    const auto at = watched.find(static_cast<Watched*>(event.data.ptr));
    if (at == watched.end()) continue;
    const auto each = at->second;
    if ((event.events & EPOLLOUT) != 0) {
      each->is_writing_ = false;
      update(*each);
      soon(*each);
    }
    if ((event.events & EPOLLIN) != 0)
      guarded([&] { each->readable(); });
    else if ((event.events & (EPOLLHUP | EPOLLERR)) != 0)
      unwatch(*each);  // nobody reads, so nobody else would find out
  }
}

void Loop::Impl::update(Watched& each) const {
  epoll_event wanted{};
  wanted.events = (each.is_reading_ ? EPOLLIN : 0U) | (each.is_writing_ ? EPOLLOUT : 0U);
  wanted.data.ptr = &each;
  XB_CHECK(::epoll_ctl(ready, EPOLL_CTL_MOD, each.fd_, &wanted) == 0);
}

bool Loop::Impl::watch(int fd, const std::shared_ptr<Watched>& each) {
  epoll_event wanted{};
  wanted.events = EPOLLIN;
  wanted.data.ptr = each.get();
  if (::epoll_ctl(ready, EPOLL_CTL_ADD, fd, &wanted) != 0) {
    ::close(fd);
    return false;
  }
  each->fd_ = fd;
  watched.emplace(each.get(), each);
  return true;
}

void Loop::Impl::unwatch(Watched& each) {
  if (each.fd_ < 0) return;
  const auto keep = each.shared_from_this();
  ::epoll_ctl(ready, EPOLL_CTL_DEL, each.fd_, nullptr);
  ::close(std::exchange(each.fd_, -1));
  watched.erase(&each);
  guarded([&] { keep->lost(); });
}

int Loop::Impl::release(Watched& each) {
  ::epoll_ctl(ready, EPOLL_CTL_DEL, each.fd_, nullptr);
  const int fd = std::exchange(each.fd_, -1);
  watched.erase(&each);
  return fd;
}

void Loop::Impl::want_read(Watched& each, bool is_wanted) {
  if (each.fd_ < 0 || each.is_reading_ == is_wanted) return;
  each.is_reading_ = is_wanted;
  update(each);
}

void Loop::Impl::want_write(Watched& each) {
  if (each.fd_ < 0 || each.is_writing_) return;
  each.is_writing_ = true;
  update(each);
}

void Loop::Impl::soon(Watched& each) {
  if (each.has_turn_ || each.fd_ < 0) return;
  with_turn.push_back(each.shared_from_this());
  each.has_turn_ = true;
  if (with_turn.size() == 1) lws_sul_schedule(context, 0, &turn_timer->entry, &TurnTimer::ring, 1);
}

Resolver& Loop::Impl::names() {
  if (resolver == nullptr) resolver = std::make_unique<Resolver>(health);
  return *resolver;
}

Loop::Loop(std::string name, Health& health, Clock& clock)
    : impl_(std::make_unique<Impl>(std::move(name), health, clock)) {
}
Loop::~Loop() = default;

bool Loop::post(Task task) {
  return impl_->mail->post(std::move(task));
}

void Loop::every(Duration period, Task task) {
  if (is_here()) return impl_->timers.every(period, std::move(task));
  impl_->mail->post_always(
      [impl = impl_.get(), period, task = std::move(task)] { impl->timers.every(period, task); });
}

bool Loop::is_here() const {
  return impl_->mail->is_here();
}
std::uint64_t Loop::refused_tasks() const {
  return impl_->mail->refused();
}

void at_its_pace(Loop& loop, Duration first, std::function<Duration()> task) {
  auto& impl = loop.impl();
  if (loop.is_here()) return impl.timers.paced(first, std::move(task));
  impl.mail->post_always(
      [&impl, first, task = std::move(task)] { impl.timers.paced(first, task); });
}

}  // namespace xb::net
