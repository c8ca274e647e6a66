#include "federation/gossip.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/logging.h"
#include "json/value.h"

namespace comity::federation {
namespace {

constexpr std::size_t kTold = 50;  // checkpoints told and asked for at a time
constexpr std::size_t kMaxNotes = 1000;

Result<std::string> get(http::Client& client, const std::string& url) {
    COMITY_TRY(const http::Response response, client.send(http::Method::kGet, url));
    if (response.status != 200) return refused(url, fmt::format("answered {}", response.status));
    return std::string(response.bytes());
}

// The notes in {"items":[{"checkpoint":"..."}]}.
Result<std::vector<std::string>> notes_in(const std::string& url, std::string_view body) {
    COMITY_TRY(const json::Value value, json::parse(body));
    const json::Value* items = value.is_object() ? value.get_object().if_contains("items") : nullptr;
    if (items == nullptr || !items->is_array()) return invalid(url, "answered without a list of items");
    std::vector<std::string> notes;
    for (const json::Value& item : items->get_array()) {
        const json::Value* note = item.is_object() ? item.get_object().if_contains("checkpoint") : nullptr;
        if (note != nullptr && note->is_string() && notes.size() < kMaxNotes) {
            notes.emplace_back(note->get_string());
        }
    }
    return notes;
}

}  // namespace

Gossip::Gossip(ledger::Ledger& ledger, Sightings& sightings, log::Policy policy, GossipOptions options)
    : ledger_(ledger), sightings_(sightings), policy_(std::move(policy)), options_(std::move(options)) {
    if (std::ranges::any_of(policy_.logs, [](const auto& log) { return !log.url.empty(); })) {
        thread_ = std::thread([this] { run(); });
    }
}

Gossip::~Gossip() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    stop_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void Gossip::run() {
    http::Client client(options_.http);
    for (;;) {
        for (const log::Policy::Log& peer : policy_.logs) {
            if (peer.url.empty()) continue;
            if (const auto met = meet(client, peer); !met) {
                logging::debug("gossip", {{"peer", peer.url}, {"cause", met.error().message()}});
            }
            const std::lock_guard lock(mutex_);
            if (stopping_) return;
        }
        std::unique_lock lock(mutex_);
        if (stop_.wait_for(lock, options_.period, [&] { return stopping_; })) return;
    }
}

Result<void> Gossip::meet(http::Client& client, const log::Policy::Log& peer) {
    COMITY_TRY(const std::string own, ledger_.checkpoint());
    COMITY_CHECK(sightings_.saw(own));
    COMITY_TRY(const std::string theirs, get(client, peer.url + "/log/checkpoint"));
    COMITY_CHECK(sightings_.saw(theirs));

    const std::string url = fmt::format("{}/api/v1/checkpoints", peer.url);
    COMITY_TRY(const std::string body, get(client, fmt::format("{}?limit={}", url, kTold)));
    COMITY_TRY(const std::vector<std::string> notes, notes_in(url, body));
    for (const std::string& note : notes) {
        // Of a log that this node does not know, or not as it should be: nothing to learn from.
        if (const auto seen = sightings_.saw(note); !seen && seen.error().kind == ErrorKind::kUnavailable) {
            return std::unexpected(seen.error());
        }
    }
    COMITY_TRY(const auto seen, sightings_.newest("", kTold));
    json::Array told;
    for (const SeenCheckpoint& checkpoint : seen) told.emplace_back(checkpoint.note);
    COMITY_TRY(const http::Response response,
               client.send(http::Method::kPost, url, {{"Content-Type", "application/json"}},
                           json::write(json::Object{{"checkpoints", std::move(told)}})));
    if (response.status != 200) return refused(url, fmt::format("answered {}", response.status));
    return {};
}

}  // namespace comity::federation
