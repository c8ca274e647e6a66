#include "federation/neighbours.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/logging.h"
#include "federation/nodes.h"
#include "json/fields.h"

namespace comity::federation {
namespace {

constexpr std::size_t kMaxListed = 1000;  // nodes in one answer
constexpr std::size_t kMaxListedKey = 500;
constexpr std::int64_t kMostEntries = std::int64_t{1} << 48;

Result<std::optional<std::uint64_t>> count_in(json::Fields& fields, std::string_view name) {
    const json::Value* value = fields.any(name);
    if (value == nullptr || value->is_null()) return std::optional<std::uint64_t>();
    COMITY_TRY(const std::int64_t count, fields.integer(name, 0, kMostEntries));
    return std::optional(static_cast<std::uint64_t>(count));
}

// One node of another's list; nothing where that one does not follow it. A newer node may say more of it.
Result<std::optional<SaidToFollow>> read_listed(const json::Value& value, const std::string& path,
                                                const AnnouncedNode& by, Time heard) {
    COMITY_TRY(json::Fields fields, json::Fields::of(value, path));
    SaidToFollow said;
    COMITY_TRY(said.log, fields.text("key", 1, kMaxListedKey));
    COMITY_TRY(const bool own, fields.boolean("own"));
    if (own && said.log != by.log.text())
        return refused(path, "is another node's than the one that was announced at this address");
    COMITY_TRY(const bool followed, fields.boolean("followed"));
    if (own || !followed) return std::optional<SaidToFollow>();
    said.member = by.member;
    said.by = by.log.text();
    said.heard = heard;
    COMITY_TRY(said.size, count_in(fields, "size"));
    COMITY_TRY(said.applied, count_in(fields, "applied"));
    COMITY_TRY(said.missing, count_in(fields, "missing"));
    COMITY_TRY(said.failures, count_in(fields, "failures"));
    if (const json::Value* contact = fields.any("contact"); contact != nullptr && !contact->is_null()) {
        COMITY_TRY(const std::string text, fields.text("contact", 1, 40));
        COMITY_TRY(const Time at, parse_time(text));
        said.contact = at.seconds();
    }
    return std::optional(std::move(said));
}

Result<std::vector<SaidToFollow>> ask_one(http::Client& client, const AnnouncedNode& node, Time heard) {
    const std::string url = node.url + "/api/v1/nodes";
    COMITY_TRY(const http::Response response, client.send(http::Method::kGet, url));
    if (response.status != 200) return refused(url, fmt::format("answered {}", response.status));
    COMITY_TRY(const json::Value value, json::parse(response.bytes()));
    COMITY_TRY(json::Fields fields, json::Fields::of(value, url));
    COMITY_TRY(const json::Array* items, fields.array("items", 0, kMaxListed));
    std::vector<SaidToFollow> all;
    for (const json::Value& item : *items) {
        COMITY_TRY(auto said, read_listed(item, url, node, heard));
        if (said) all.push_back(*std::move(said));
    }
    return all;
}

}  // namespace

Neighbours::~Neighbours() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    stop_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void Neighbours::start(NeighbourOptions options) {
    thread_ = std::thread([this, options = std::move(options)] { run(options); });
}

bool Neighbours::stopping() const {
    const std::lock_guard lock(mutex_);
    return stopping_;
}

void Neighbours::run(const NeighbourOptions& options) {
    http::ClientOptions line = options.http;
    line.stopped = [this] { return stopping(); };
    http::Client client(line);
    for (;;) {
        ask_all(client);
        std::unique_lock lock(mutex_);
        if (stop_.wait_for(lock, options.period, [&] { return stopping_; })) return;
    }
}

void Neighbours::ask_all(http::Client& client) {
    const auto nodes = [&]() -> Result<std::vector<AnnouncedNode>> {
        COMITY_TRY(const auto session, database_.reader());
        return announced_nodes(*session);
    }();
    if (!nodes) {
        logging::debug("neighbours", {{"cause", nodes.error().message()}});
        return;
    }
    std::set<std::string, std::less<>> asked;
    for (const AnnouncedNode& node : *nodes) {
        if (node.retired || node.log == own_) continue;
        asked.insert(node.log.text());
        auto said = ask_one(client, node, clock_.now());
        if (stopping()) return;
        if (!said) {  // what it said before stays, with its time
            logging::debug("neighbours", {{"node", node.url}, {"cause", said.error().message()}});
            continue;
        }
        const std::lock_guard lock(mutex_);
        said_.insert_or_assign(node.log.text(), *std::move(said));
    }
    const std::lock_guard lock(mutex_);
    std::erase_if(said_, [&](const auto& one) { return !asked.contains(one.first); });
}

std::vector<SaidToFollow> Neighbours::said() const {
    std::vector<SaidToFollow> all;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [by, said] : said_) all.insert(all.end(), said.begin(), said.end());
    }
    std::ranges::sort(all, {}, [](const SaidToFollow& one) { return std::tie(one.log, one.member, one.by); });
    return all;
}

}  // namespace comity::federation
