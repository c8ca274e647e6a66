#include "development/tender/market.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "base/time.h"
#include "development/market/merge.h"

namespace comity::development {
namespace {

constexpr std::string_view kMarketRows =
    "SELECT m.seq, s.id, s.author, m.audience, m.body, s.witnessed FROM development_market m "
    "JOIN statements s ON s.seq = m.seq WHERE m.type = $1";

template <typename T, typename Parse>
Result<std::vector<T>> find_in_market(db::Session& session, const ledger::Readable& readable,
                                      std::string_view type, const Parse& parse, std::string_view about = {},
                                      std::map<Digest, ledger::Witnessed>* witnessed = nullptr) {
    const auto more = [&](T& one, const db::Row& row) {
        if (witnessed != nullptr) witnessed->emplace(one.statement, row.integer(5));
    };
    if (about.empty())
        return load_stated<T>(session, readable, std::string(kMarketRows), {type}, parse, more);
    return load_stated<T>(session, readable, std::string(kMarketRows) + " AND m.about = $2", {type, about},
                          parse, more);
}

std::string text_in(const json::Object& release, std::string_view name) {
    const json::Value* value = release.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

Time date_of(const PublishedRelease& release) {
    return parse_time(text_in(release.stated.body.release, "date")).value_or(Time{});
}

// Which of several releases of one id counts, and which is dated before what was known already. Those of one
// second go by their dates: none of them was known before the others.
void mark(PublishedProcess& process) {
    std::ranges::sort(process.releases, {}, [](const PublishedRelease& r) {
        return std::tuple(r.witnessed, date_of(r), r.stated.statement);
    });
    std::set<std::string> ids;
    std::optional<Time> latest;
    for (PublishedRelease& each : process.releases) {
        each.doubled = !ids.insert(text_in(each.stated.body.release, "id")).second;
        const auto date = parse_time(text_in(each.stated.body.release, "date"));
        if (each.doubled || !date) continue;
        each.backdated = latest && *date < *latest;
        latest = std::max(latest.value_or(*date), *date);
    }
}

}  // namespace

std::string ref_to(const PublishedProcess& process) {
    return make_ref(process.author, process.ocid);
}

Result<std::vector<PublishedProcess>> find_processes(db::Session& session, const ledger::Readable& readable,
                                                     std::string_view ref) {
    std::map<Digest, ledger::Witnessed> witnessed;
    COMITY_TRY(auto releases, find_in_market<Stated<ReleaseBody>>(
                                  session, readable, kRelease, parse_release_body,
                                  ref.empty() ? std::string_view() : name_in(ref), &witnessed));
    std::map<std::pair<std::string, std::string>, PublishedProcess> by_name;
    for (Stated<ReleaseBody>& each : releases) {
        if (!ref.empty() && each.author != author_of(ref)) continue;
        PublishedProcess& process = by_name[{each.author, each.body.ocid}];
        process.author = each.author;
        process.ocid = each.body.ocid;
        const ledger::Witnessed at = witnessed.at(each.statement);
        process.releases.push_back({std::move(each), at});
    }
    std::vector<PublishedProcess> out;
    for (auto& [name, process] : by_name) {
        mark(process);
        std::vector<json::Value> counting;
        for (const PublishedRelease& each : process.releases)
            if (!each.doubled) counting.emplace_back(each.stated.body.release);
        COMITY_TRY(Merged merged, merge_releases(counting, MergeRules::ocds_1_1(), Versions::kLeftOut));
        process.compiled = std::move(merged.compiled);
        out.push_back(std::move(process));
    }
    return out;
}

Result<std::vector<StatedCall>> find_calls(db::Session& session, const ledger::Readable& readable) {
    COMITY_TRY(auto calls, find_in_market<StatedCall>(session, readable, kCall, parse_call));
    std::ranges::sort(calls, {},
                      [](const StatedCall& c) { return std::tie(c.author, c.body.id, c.statement); });
    return calls;
}

Result<StatedCall> find_call(db::Session& session, const ledger::Readable& readable, std::string_view name) {
    constexpr std::size_t kLeastDigits = 8;
    COMITY_TRY(auto calls, find_calls(session, readable));
    std::erase_if(calls, [&](const StatedCall& each) {
        const bool by_id = name.size() >= kLeastDigits && each.statement.hex().starts_with(name);
        return !by_id && make_ref(each.author, each.body.id) != name;
    });
    if (calls.empty())
        return not_found(fmt::format("there is no call {}", shown(name, 129)),
                         "comity tender list shows them");
    if (calls.size() > 1)
        return invalid("call", fmt::format("{} calls are named {}", calls.size(), shown(name, 129)),
                       "name one by its statement's id");
    return std::move(calls.front());
}

Result<CallBids> find_bids(db::Session& session, const ledger::Readable& readable, const Digest& call) {
    CallBids out;
    const std::string about = call.hex();
    COMITY_TRY(out.bids,
               find_in_market<StatedBid>(session, readable, kBid, parse_bid, about, &out.witnessed));
    COMITY_TRY(out.openings, find_in_market<StatedOpening>(session, readable, kBidOpening, parse_opening,
                                                           about, &out.witnessed));
    return out;
}

Result<std::vector<Stated<ReplyBody>>> find_replies(db::Session& session, const ledger::Readable& readable) {
    COMITY_TRY(auto replies, find_in_market<Stated<ReplyBody>>(session, readable, kReply, parse_reply));
    return latest(std::move(replies),
                  [](const Stated<ReplyBody>& r) { return std::tie(r.body.process, r.body.flag, r.author); });
}

Flags flags_of(const std::vector<PublishedProcess>& processes, const FlagSettings& settings) {
    std::vector<json::Value> compiled;
    for (const PublishedProcess& each : processes) {
        json::Object one = each.compiled;
        one["ocid"] = ref_to(each);
        compiled.emplace_back(std::move(one));
    }
    return find_flags(compiled, settings);
}

std::string_view role_in(const PublishedProcess& process, std::string_view member) {
    if (member == process.author) return "buyer";
    const auto named = [&](const json::Value* list) {
        if (list == nullptr || !list->is_array()) return false;
        return std::ranges::any_of(list->get_array(), [&](const json::Value& each) {
            return each.is_object() && text_in(each.get_object(), "id") == member;
        });
    };
    if (const json::Value* bids = process.compiled.if_contains("bids");
        bids != nullptr && bids->is_object()) {
        if (const json::Value* details = bids->get_object().if_contains("details");
            details != nullptr && details->is_array()) {
            for (const json::Value& each : details->get_array())
                if (each.is_object() && named(each.get_object().if_contains("tenderers"))) return "tenderer";
        }
    }
    if (const json::Value* tender = process.compiled.if_contains("tender");
        tender != nullptr && tender->is_object() && named(tender->get_object().if_contains("tenderers")))
        return "tenderer";
    if (const json::Value* awards = process.compiled.if_contains("awards");
        awards != nullptr && awards->is_array()) {
        for (const json::Value& each : awards->get_array())
            if (each.is_object() && named(each.get_object().if_contains("suppliers"))) return "tenderer";
    }
    return "other";
}

}  // namespace comity::development
