#include "node/lookups.h"

#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <set>

#include "base/logging.h"
#include "intelligence/answer/parts.h"
#include "intelligence/match/builder.h"
#include "intelligence/match/store.h"
#include "intelligence/stix/object.h"

namespace comity::node {
namespace {

namespace match = intelligence::match;
namespace search = intelligence::search;
using intelligence::Asking;

constexpr std::size_t kTakenAtOnce = 2000;  // objects
constexpr std::size_t kLeastLate = 20'000;  // values beside the index before it is made anew, and
constexpr std::uint64_t kLatePart = 8;      // this part of its own
constexpr std::size_t kMaxFound = 20;       // indicators told of one value
constexpr auto kLookupPatience = std::chrono::seconds(5);
constexpr auto kBetweenCatchUps = std::chrono::seconds(1);

// What a lookup of a network among those beside the index goes by.
std::string network_key(const match::Network& network) {
    return (network.v6 ? '6' : '4') + match::network6_key(network);
}

std::string late_key(const match::AskedKeys::Key& key) {
    return static_cast<char>('A' + static_cast<int>(key.key_class)) + key.text;
}

bool is_network(match::ValueKind kind) {
    return kind <= match::ValueKind::kIpv6Network;
}

// The values of an indicator, whoever shared it and however valid it is: whether it is told is decided later.
struct Taken {
    std::string id;
    std::vector<match::Value> values;
};
std::optional<Taken> take_values(std::string_view bytes) {
    const auto object = intelligence::parse_object(bytes);
    if (!object || object->id.type != "indicator") return std::nullopt;
    if (!object->pattern_type.empty() && object->pattern_type != "stix") return std::nullopt;
    auto values = match::pattern_values(object->pattern, object->spec);
    if (!values) return std::nullopt;
    return Taken{object->id.text(), std::move(values->values)};
}

// Objects that were taken in after `after`, as far as the session sees; returns how many there were.
Result<std::size_t> read_taken(db::Session& session, std::int64_t after, std::int64_t& last,
                               const std::function<Result<void>(Taken&&, std::int64_t)>& take) {
    std::size_t count = 0;
    Result<void> taken;
    COMITY_CHECK(session.each("SELECT added, data FROM objects WHERE added > $1 ORDER BY added LIMIT $2",
                              {after, kTakenAtOnce}, [&](const db::Row& row) {
                                  ++count;
                                  last = row.integer(0);
                                  if (auto one = take_values(as_text(row.blob(1))))
                                      taken = take(*std::move(one), last);
                                  return taken.has_value();
                              }));
    COMITY_CHECK(taken);
    return count;
}

// The file is this process's alone: once it is mapped it has no name any more.
Result<std::shared_ptr<const match::Index>> make_index(Node& node, db::Session& session, std::int64_t& mark) {
    match::Builder builder(match::random_seed());
    for (std::size_t count = kTakenAtOnce; count == kTakenAtOnce;) {
        COMITY_TRY(count, read_taken(session, mark, mark, [&](Taken&& one, std::int64_t) -> Result<void> {
                       const auto about = builder.add_about({one.id, {}, {}, {}, {}, {}});
                       for (const match::Value& value : one.values) COMITY_CHECK(builder.add(value, about));
                       return {};
                   }));
    }
    const std::filesystem::path path = node.config().data / fmt::format("lookup-{}.cmx", ::getpid());
    COMITY_CHECK(builder.write(path, node.clock().now()));
    auto index = match::Index::open(path);
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
    return index;
}

struct Told {
    std::string value;
    std::string kind;
    search::Hit hit;
    int confidence = 0;
};

}  // namespace

Result<void> Lookups::rebuild() {
    COMITY_TRY(const auto session, node_.database().snapshot());
    return build_from(*session);
}

Result<void> Lookups::build_from(db::Session& session) {
    std::int64_t mark = 0;
    COMITY_TRY(auto index, make_index(node_, session, mark));
    // What it was made in, some hundred bytes a value, would stay with the process, as the blocks that are in
    // use lie between those that are not.
    ::malloc_trim(0);
    const std::unique_lock lock(mutex_);
    index_ = match::Catalog::of(std::move(index));
    std::erase_if(late_, [&](const auto& each) { return each.second.added <= mark; });
    mark_ = std::max(mark_, mark);
    return {};
}

Result<void> Lookups::catch_up(db::Session& session) {
    COMITY_TRY(const auto newest, session.integer("SELECT MAX(added) FROM objects"));
    const auto behind = [&] {
        const std::shared_lock lock(mutex_);
        return index_ == nullptr || mark_ < newest.value_or(0);
    };
    if (!behind()) return {};
    const std::unique_lock gathering(gathering_, kLookupPatience);
    if (!gathering.owns_lock())
        return unavailable("lookups", "the index of indicators is being made", "try again in some seconds");
    if (!behind()) return {};
    if (is_made()) return take_up(session);
    return build_from(session);
}

bool Lookups::is_made() const {
    const std::shared_lock lock(mutex_);
    return index_ != nullptr;
}

Result<void> Lookups::take_up(db::Session& session) {
    for (std::size_t count = kTakenAtOnce; count == kTakenAtOnce;) {
        std::int64_t mark = 0;
        {
            const std::shared_lock lock(mutex_);
            mark = mark_;
        }
        std::vector<std::pair<std::string, Late>> fresh;
        COMITY_TRY(count,
                   read_taken(session, mark, mark, [&](Taken&& one, std::int64_t added) -> Result<void> {
                       for (match::Value& value : one.values) {
                           const std::string key = is_network(value.kind)
                                                       ? network_key(match::network_of(value.text))
                                                       : late_key(match::listed_key(value));
                           fresh.emplace_back(key, Late{{std::move(value), one.id}, added});
                       }
                       return {};
                   }));
        const std::unique_lock lock(mutex_);
        for (auto& [key, late] : fresh) {
            if (is_network(late.candidate.value.kind)) {
                const match::Network network = match::network_of(late.candidate.value.text);
                (network.v6 ? lengths6_ : lengths4_)[network.length] = true;
            }
            late_.emplace(std::move(key), std::move(late));
        }
        mark_ = std::max(mark_, mark);
    }
    return {};
}

bool Lookups::is_due() const {
    const std::shared_lock lock(mutex_);
    return index_ != nullptr &&
           late_.size() > std::max<std::uint64_t>(kLeastLate, index_->values() / kLatePart);
}

std::vector<Lookups::Candidate> Lookups::candidates(const match::AskedKeys& asked) const {
    std::vector<Candidate> out;
    const std::shared_lock lock(mutex_);
    if (index_ != nullptr) {
        std::vector<match::Listed> listed;
        match::look_up(*index_, asked, listed);
        for (const match::Listed& each : listed) {
            for (const match::About& about : each.index->abouts(each.records))
                out.push_back({{each.kind, each.text()}, about.id});
        }
    }
    const auto take = [&](const std::string& key, const auto& wanted) {
        const auto [begin, end] = late_.equal_range(key);
        for (auto at = begin; at != end; ++at) {
            if (wanted(at->second.candidate.value.kind)) out.push_back(at->second.candidate);
        }
    };
    if (late_.empty()) return out;
    for (const match::AskedKeys::Key& key : asked.keys)
        take(late_key(key), [&](match::ValueKind kind) { return match::is_about(key, kind); });
    for (const match::Network& network : asked.networks) {
        const std::vector<bool>& lengths = network.v6 ? lengths6_ : lengths4_;
        for (unsigned length = 0; length <= network.length; ++length) {
            if (!lengths[length]) continue;
            match::Network holding = network;
            match::clear_host_bits(holding, length);
            take(network_key(holding), [](match::ValueKind) { return true; });
        }
    }
    return out;
}

// What of the candidates the asker may know, as things stand in the asker's state.
Result<json::Object> Lookups::look_up(const Asking& asking, const std::string& value) const {
    std::map<std::string, std::set<match::Value>> found;
    for (Candidate& each : candidates(match::asked_keys(value)))
        found[std::move(each.id)].insert(std::move(each.value));
    std::vector<Told> told;
    std::vector<std::string> ids;
    for (const auto& [text, values] : found) {
        const auto id = intelligence::ObjectId::parse(text);
        if (!id) continue;
        search::Query query;
        query.id = *id;
        search::Page page;
        page.limit = 1;
        COMITY_TRY(search::Hits hits, search::find(asking.session, asking.readable, query, page));
        if (hits.found.empty()) continue;
        search::Hit& hit = hits.found.front();
        const search::Facts& facts = hit.facts;
        if (facts.revoked || (facts.valid_from && *facts.valid_from > asking.now) ||
            (facts.valid_until && *facts.valid_until <= asking.now))
            continue;
        // A later version may be about something else.
        const auto now = take_values(hit.data);
        if (!now) continue;
        const auto met =
            std::ranges::find_if(now->values, [&](const auto& each) { return values.contains(each); });
        if (met == now->values.end()) continue;
        ids.push_back(text);
        told.push_back({met->text, std::string(to_string(met->kind)), std::move(hit), 0});
    }
    if (!ids.empty()) {
        COMITY_TRY(auto verdicts, search::find_verdicts(asking.session, asking.readable, ids));
        for (Told& each : told)
            each.confidence = search::confidence_now(each.hit.facts, each.hit.row,
                                                     verdicts[each.hit.row.id.text()], asking.now);
    }
    std::ranges::sort(told, [](const Told& a, const Told& b) {
        return a.confidence != b.confidence ? a.confidence > b.confidence
                                            : a.hit.row.id.text() < b.hit.row.id.text();
    });
    json::Array indicators;
    for (const Told& each : told) {
        if (indicators.size() == kMaxFound) break;
        COMITY_TRY(const ledger::Audience audience,
                   intelligence::audience_of(asking.session, each.hit.audience));
        const auto& until = each.hit.facts.valid_until;
        indicators.push_back(json::Object{
            {"value", each.value},
            {"kind", each.kind},
            {"id", each.hit.row.id.text()},
            {"name", each.hit.facts.name},
            {"source", each.hit.source},
            {"confidence", each.confidence},
            {"tlp", to_string(audience.label)},
            {"valid_until", until ? json::Value(format_time_millis(*until)) : json::Value(nullptr)}});
    }
    return json::Object{{"value", value},
                        {"listed", !told.empty()},
                        {"indicators", std::move(indicators)},
                        {"more", told.size() > kMaxFound}};
}

Result<json::Object> Lookups::answer(const Asking& asking, std::span<const std::string> values) {
    if (values.empty() || values.size() > kMaxLookups)
        return invalid("values", fmt::format("are not 1 to {}", kMaxLookups));
    COMITY_CHECK(catch_up(asking.session));
    json::Array items;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i].empty() || values[i].size() > match::kMaxAskedValue)
            return invalid(values.size() == 1 ? "value" : fmt::format("values[{}]", i),
                           fmt::format("is blank or over {} bytes", match::kMaxAskedValue));
        COMITY_TRY(json::Object each, look_up(asking, values[i]));
        items.push_back(std::move(each));
    }
    return json::Object{{"items", std::move(items)}, {"next", nullptr}};
}

LookupKeeper::LookupKeeper(Node& node, Lookups& lookups) : node_(node), lookups_(lookups) {
    subscription_ = node.ledger().on_growth([this] {
        {
            const std::lock_guard lock(mutex_);
            grown_ = true;
        }
        changed_.notify_all();
    });
    thread_ = std::thread([this] { run(); });
}

LookupKeeper::~LookupKeeper() {
    subscription_.reset();
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void LookupKeeper::run() {
    bool failing = false;
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        grown_ = false;
        lock.unlock();
        const auto done = [&]() -> Result<void> {
            if (lookups_.is_due()) return lookups_.rebuild();
            COMITY_TRY(const auto session, node_.database().snapshot());
            return lookups_.catch_up(*session);
        }();
        if (!done && !failing) logging::warning("lookups stand still", {{"cause", done.error().message()}});
        failing = !done;
        lock.lock();
        changed_.wait_for(lock, std::chrono::milliseconds(20), [this] { return stopping_; });
        changed_.wait_for(lock, kBetweenCatchUps, [this] { return stopping_ || grown_; });
    }
}

}  // namespace comity::node
