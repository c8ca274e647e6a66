#include "node/deliverer.h"

#include <fmt/format.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "base/encoding.h"
#include "base/logging.h"
#include "base/text.h"
#include "crypto/sha256.h"
#include "http/client.h"
#include "http/mail.h"
#include "http/syslog.h"
#include "intelligence/alert/cef.h"
#include "intelligence/alert/letter.h"
#include "intelligence/alert/rule_book.h"
#include "node/secret_file.h"
#include "node/version.h"

namespace comity::node {
namespace {

using intelligence::AlertChannel;
using intelligence::ChannelKind;
using intelligence::Letter;
using intelligence::Outbox;

constexpr std::chrono::milliseconds kDeliveryTimeout{20'000};
constexpr std::size_t kMaxDeliveryAnswer = 64 * 1024;
constexpr std::size_t kMaxDeliveryError = 500;
constexpr std::size_t kCarriers = 4;  // channels that are served beside each other
constexpr auto kBetweenDeliveryLooks = std::chrono::seconds(1);
constexpr std::string_view kKeyPrefix = "whsec_";

Result<void> post(Node& node, const AlertChannel& channel, const Letter& letter,
                  const std::function<bool()>& stopped) {
    COMITY_TRY(const std::string secret, read_secret(channel.secret_file));
    const std::string id = letter.alert.hex();
    const std::string timestamp = std::to_string(node.clock().now().seconds());
    http::ClientOptions options;
    options.timeout = kDeliveryTimeout;
    options.max_response = kMaxDeliveryAnswer;
    options.ca_file = channel.ca_file;
    options.stopped = stopped;
    http::Client client(std::move(options));
    COMITY_TRY(const http::Response response,
               client.send(http::Method::kPost, channel.url,
                           {{"Content-Type", "application/json"},
                            {"webhook-id", id},
                            {"webhook-timestamp", timestamp},
                            {"webhook-signature", webhook_signature(secret, id, timestamp, letter.payload)}},
                           letter.payload));
    if (response.status >= 200 && response.status < 300) return {};
    return unavailable(channel.url, fmt::format("answered {}", response.status));
}

Result<void> write_line(Node& node, const AlertChannel& channel, const Letter& letter) {
    COMITY_TRY(const std::string message,
               intelligence::syslog_message(letter.payload, node.ledger().identity().origin, kVersion));
    return http::send_syslog(channel.url, message, kDeliveryTimeout);
}

Result<void> write_to_people(Node& node, const AlertChannel& channel, const Letter& letter,
                             const std::function<bool()>& stopped) {
    COMITY_TRY(std::string password, read_secret(channel.secret_file));
    intelligence::LetterHead head{channel.from, channel.to, node.ledger().identity().origin};
    head.now = node.clock().now();
    for (const std::string& file : channel.certificate_files) {
        COMITY_TRY(head.certificates.emplace_back(), read_small_file(file));
    }
    COMITY_TRY(std::string message, intelligence::letter_message(letter.payload, head));
    return http::send_mail({.url = channel.url,
                            .user = channel.user,
                            .password = std::move(password),
                            .ca_file = channel.ca_file,
                            .from = channel.from,
                            .to = channel.to,
                            .message = std::move(message)},
                           kDeliveryTimeout, stopped);
}

}  // namespace

std::string webhook_signature(std::string_view secret, std::string_view id, std::string_view timestamp,
                              std::string_view body) {
    Bytes key(as_bytes(secret).begin(), as_bytes(secret).end());
    if (secret.starts_with(kKeyPrefix)) {
        if (auto decoded = base64_decode(secret.substr(kKeyPrefix.size()))) key = *std::move(decoded);
    }
    const std::string text = fmt::format("{}.{}.{}", id, timestamp, body);
    return "v1," + base64_encode(crypto::hmac_sha256(key, as_bytes(text)).view());
}

Result<bool> deliver_next(Node& node, const AlertChannel& channel, const std::string& holder,
                          const std::function<bool()>& stopped) {
    Outbox outbox(node.database());
    COMITY_TRY(const auto letter, outbox.take(channel.id, holder, node.clock().now()));
    if (!letter) return false;
    const auto done = channel.kind == ChannelKind::kWebhook ? post(node, channel, *letter, stopped)
                      : channel.kind == ChannelKind::kSyslog
                          ? write_line(node, channel, *letter)
                          : write_to_people(node, channel, *letter, stopped);
    const Time now = node.clock().now();
    if (done) {
        COMITY_CHECK(outbox.delivered(*letter, holder, now));
        return true;
    }
    // A try that the node itself broke off is none: the hold runs out, or the next server of this name takes
    // it.
    if (stopped && stopped()) return false;
    COMITY_CHECK(outbox.failed(*letter, holder, shown(done.error().message(), kMaxDeliveryError), now));
    logging::warning(
        "an alert was not delivered",
        {{"channel", channel.name}, {"member", channel.member}, {"cause", done.error().message()}});
    return letter->tries + 1 >= intelligence::kMaxLetterTries;
}

struct Deliverer::State {
    explicit State(Node& of) : node(of) {}

    Node& node;
    std::mutex mutex;  // guards what follows
    std::condition_variable changed;
    std::uint64_t wakes = 0;
    bool stopping = false;
    std::vector<std::thread> threads;

    bool is_stopping() {
        const std::lock_guard lock(mutex);
        return stopping;
    }
    void look(const std::string& holder) {
        const auto due = Outbox(node.database()).due(node.clock().now());
        if (!due) return;
        for (const AlertChannel& channel : *due) {
            for (bool more = true; more && !is_stopping();) {
                const auto done = deliver_next(node, channel, holder, [this] { return is_stopping(); });
                if (!done)
                    logging::warning("letters wait",
                                     {{"channel", channel.name}, {"cause", done.error().message()}});
                more = done && *done;
            }
        }
    }
    void loop() {
        const std::string holder = new_holder();
        std::unique_lock lock(mutex);
        for (std::uint64_t seen = wakes; !stopping; seen = wakes) {
            lock.unlock();
            look(holder);
            lock.lock();
            changed.wait_for(lock, kBetweenDeliveryLooks, [&] { return stopping || wakes != seen; });
        }
    }
};

Deliverer::Deliverer(Node& node) : state_(std::make_unique<State>(node)) {
    if (const auto ready = intelligence::AlertRules::prepare(node.database()); !ready) {
        logging::warning("no deliveries", {{"cause", ready.error().message()}});
        return;
    }
    State* const state = state_.get();
    for (std::size_t i = 0; i < kCarriers; ++i) state->threads.emplace_back([state] { state->loop(); });
}

void Deliverer::wake() {
    {
        const std::lock_guard lock(state_->mutex);
        ++state_->wakes;
    }
    state_->changed.notify_all();
}

Deliverer::~Deliverer() {
    {
        const std::lock_guard lock(state_->mutex);
        state_->stopping = true;
    }
    state_->changed.notify_all();
    for (std::thread& thread : state_->threads) thread.join();
}

}  // namespace comity::node
