#include "federation/timekeeper.h"

#include <fmt/format.h>

#include "base/logging.h"
#include "federation/nodes.h"
#include "ledger/id_index.h"
#include "log/tile.h"

namespace comity::federation {
namespace {

constexpr std::uint64_t kFewEntries = 16;  // of so many it is looked at what they are

}  // namespace

Result<Seal> fetch_seal(http::Client& client, const std::string& submission_url, const Digest& community,
                        const crypto::NamedKey& witness, std::int64_t close) {
    const std::string url = fmt::format("{}/seals/{}/{}", submission_url, community.hex(), close);
    COMITY_TRY(const http::Response response, client.send(http::Method::kGet, url, {}, {}));
    if (response.status != 200)
        return unavailable(url, fmt::format("answered {}", response.status), "it is asked again");
    auto value = json::parse(response.bytes());
    if (!value) return within(url, std::move(value).error());
    auto seal = Seal::parse(*value, url);
    if (!seal) return std::unexpected(std::move(seal).error());
    if (seal->witness != witness || seal->close != close || seal->community != community)
        return refused(url, "answered with another seal than was asked for");
    return *std::move(seal);
}

Timekeeper::Timekeeper(ledger::Ledger& ledger, Cosignatures& cosignatures, Witness& witness, Say say,
                       Clock& clock, TimekeeperOptions options)
    : ledger_(ledger),
      cosignatures_(cosignatures),
      witness_(witness),
      say_(std::move(say)),
      clock_(clock),
      options_(std::move(options)),
      client_(options_.http) {
    if (options_.poll.count() > 0) thread_ = std::thread([this] { run(); });
}

Timekeeper::~Timekeeper() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    stop_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void Timekeeper::run() {
    std::string told;  // the last error: it is logged once
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            if (stop_.wait_for(lock, options_.poll, [&] { return stopping_; })) return;
        }
        Result<void> done = publish_cosigned();
        if (done) {
            const auto closes = ledger_.closes(clock_.now().seconds());
            done = closes ? publish_seals(*closes) : std::unexpected(closes.error());
        }
        const std::string error = done ? std::string() : done.error().message();
        if (!error.empty() && error != told)
            logging::warning("what witnesses said could not be published", {{"cause", error}});
        told = error;
    }
}

// Is there more in the log than what was published, and what was published?
Result<bool> Timekeeper::worth_publishing(std::uint64_t size) {
    std::uint64_t before = 0;
    {
        COMITY_TRY(const auto session, ledger_.database().reader());
        COMITY_TRY(const auto known,
                   session->integer("SELECT MAX(size) FROM federation_cosigned WHERE log = $1",
                                    {ledger_.identity().key.public_part().text()}));
        before = static_cast<std::uint64_t>(known.value_or(0));
    }
    if (size <= before) return false;
    if (size - before > kFewEntries) return true;
    COMITY_TRY(const auto session, ledger_.database().snapshot());
    for (std::uint64_t index = before; index < size; ++index) {
        const std::uint64_t bundle = index / log::kTileWidth;
        COMITY_TRY(const Bytes bytes,
                   ledger_.tile({.entries = true,
                                 .level = 0,
                                 .index = bundle,
                                 .width = static_cast<unsigned>(index % log::kTileWidth) + 1}));
        COMITY_TRY(const auto entries, log::bundle_entries(bytes));
        COMITY_TRY(const Digest id, Digest::from_bytes(entries.back()));
        bool other = false;
        static const std::string by_prefix = ledger::of_prefix("SELECT id, type");
        COMITY_CHECK(session->each(by_prefix, {ledger::id_prefix(id)}, [&](const db::Row& row) {
            if (row.digest(0) == id) other = row.text(1) != kCosigned && row.text(1) != kSeal;
            return true;
        }));
        if (other) return true;
    }
    return false;
}

Result<void> Timekeeper::publish_cosigned() {
    const std::int64_t now = clock_.now().seconds();
    if (published_ != 0 && now < published_ + options_.publish_every.count() && now >= published_) return {};
    COMITY_TRY(const auto met, cosignatures_.newest_met());
    if (!met) return {};
    COMITY_TRY(const bool worth, worth_publishing(met->size));
    if (!worth) return {};
    COMITY_TRY(auto body, cosigned_json(ledger_.identity().key.public_part(), met->note,
                                        cosignatures_.policy().witness_keys()));
    if (!body) return {};
    COMITY_CHECK(say_(kCosigned, *std::move(body)));
    published_ = now;
    return {};
}

Result<bool> Timekeeper::sealed(const crypto::NamedKey& witness, std::int64_t close) {
    COMITY_TRY(const auto session, ledger_.database().reader());
    COMITY_TRY(
        const auto known,
        session->integer("SELECT close FROM federation_seals WHERE witness = $1 AND close = $2 LIMIT 1",
                         {witness.text(), close}));
    return known.has_value();
}

// Where the policy does not tell: where the member that announced the witness has its node.
Result<std::string> Timekeeper::url_of(const log::Policy::Witness& witness) {
    if (!witness.url.empty()) return witness.url;
    COMITY_TRY(const auto session, ledger_.database().reader());
    COMITY_TRY(const auto nodes, announced_nodes(*session));
    for (const AnnouncedNode& node : nodes) {
        if (node.witness == witness.key) return node.url + "/witness";
    }
    return std::string();
}

Result<void> Timekeeper::publish_seal(const log::Policy::Witness& witness, std::int64_t close) {
    const Digest community = ledger_.roll()->community;
    if (witness.key == witness_.key()) {
        COMITY_TRY(const Seal seal, witness_.seal(community, close));
        return say_(kSeal, seal.json());
    }
    const std::int64_t now = clock_.now().seconds();
    std::int64_t& asked = asked_.try_emplace({witness.key.text(), close}, close).first->second;
    if (now < asked + options_.patience.count()) return {};
    asked = now;
    COMITY_TRY(const std::string url, url_of(witness));
    if (url.empty()) return {};
    COMITY_TRY(const Seal seal, fetch_seal(client_, url, community, witness.key, close));
    return say_(kSeal, seal.json());
}

Result<void> Timekeeper::publish_seals(std::span<const ledger::Close> closes) {
    const std::int64_t now = clock_.now().seconds();
    Result<void> first;
    for (const ledger::Close& close : closes) {
        if (close.at >= now || close.policy.quorum == "none") continue;
        for (const log::Policy::Witness& witness : close.policy.witnesses) {
            COMITY_TRY(const bool known, sealed(witness.key, close.at));
            if (known) continue;
            if (auto done = publish_seal(witness, close.at); !done && first) first = std::move(done);
        }
    }
    return first;
}

}  // namespace comity::federation
