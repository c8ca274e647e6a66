#include "development/answer/market.h"

#include <fmt/format.h>

#include <algorithm>

#include "development/answer/parts.h"
#include "development/market/audit.h"
#include "development/tender/market.h"
#include "json/number.h"
#include "json/words.h"

namespace comity::development {
namespace {

const json::Value* at_path(const json::Object& object, std::initializer_list<std::string_view> names) {
    const json::Object* at = &object;
    const json::Value* value = nullptr;
    for (const std::string_view name : names) {
        if (at == nullptr) return nullptr;
        value = at->if_contains(name);
        at = value == nullptr ? nullptr : value->if_object();
    }
    return value;
}

std::string text_at(const json::Object& object, std::initializer_list<std::string_view> names) {
    const json::Value* value = at_path(object, names);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

json::Value value_form(const json::Object& compiled) {
    const json::Value* amount = at_path(compiled, {"tender", "value", "amount"});
    if (amount == nullptr || !amount->is_number()) return nullptr;
    return json::Object{{"amount", *amount},
                        {"currency", text_at(compiled, {"tender", "value", "currency"})}};
}

json::Array tags_of(const json::Object& release) {
    const json::Value* tags = release.if_contains("tag");
    return tags != nullptr && tags->is_array() ? tags->get_array() : json::Array{};
}

json::Object process_form(const PublishedProcess& process) {
    const PublishedRelease& last = process.releases.back();
    return {{"process", ref_to(process)},
            {"author", process.author},
            {"ocid", process.ocid},
            {"title", text_at(process.compiled, {"tender", "title"})},
            {"status", text_at(process.compiled, {"tender", "status"})},
            {"method", text_at(process.compiled, {"tender", "procurementMethod"})},
            {"value", value_form(process.compiled)},
            {"releases", process.releases.size()},
            {"last", json::Object{{"tag", tags_of(last.stated.body.release)},
                                  {"date", text_at(last.stated.body.release, {"date"})},
                                  {"statement", last.stated.statement.hex()}}}};
}

json::Object call_form(const StatedCall& call) {
    return {{"ref", make_ref(call.author, call.body.id)},
            {"statement", call.statement.hex()},
            {"title", call.body.title},
            {"process", make_ref(call.author, call.body.process)},
            {"deadline", second_text(call.body.deadline)},
            {"open_by", second_text(call.body.open_by)}};
}

json::Object reply_form(const Stated<ReplyBody>& reply, const PublishedProcess& process) {
    return {{"author", reply.author},
            {"role", role_in(process, reply.author)},
            {"flag", reply.body.flag},
            {"text", reply.body.text},
            {"evidence", ledger::exhibits_json(reply.body.evidence)},
            {"revision", reply.body.revision},
            {"statement", reply.statement.hex()}};
}

json::Array replies_to(const std::vector<Stated<ReplyBody>>& replies, const PublishedProcess& process,
                       std::string_view flag = {}) {
    json::Array out;
    for (const Stated<ReplyBody>& each : replies)
        if (!each.body.withdrawn && each.body.process == ref_to(process) &&
            (flag.empty() || each.body.flag == flag))
            out.push_back(reply_form(each, process));
    return out;
}

// Of each rule that is about a process or anybody named in it: what it came to, over how many, and what those
// concerned say of it.
json::Array flags_about(const Flags& flags, const PublishedProcess& process,
                        const std::vector<Stated<ReplyBody>>& replies) {
    json::Array out;
    for (const auto& [subject, by_id] : flags.results) {
        for (const auto& [id, rules] : by_id) {
            const bool own = subject == FlagSubject::kProcess ? id == ref_to(process)
                             : subject == FlagSubject::kTenderer
                                 ? role_in(process, id) == "tenderer"
                                 : id == text_at(process.compiled, {"buyer", "id"}) ||
                                       id == text_at(process.compiled, {"tender", "procuringEntity", "id"});
            if (!own) continue;
            for (const auto& [code, value] : rules) {
                const auto rule = std::ranges::find(flag_rules(), code, &FlagRule::code);
                const auto basis =
                    flags.basis.find(code == "R038" ? fmt::format("R038 {}", to_string(subject)) : code);
                json::Object row{{"flag", code},
                                 {"title", rule->title},
                                 {"question", rule->question},
                                 {"method", rule->method},
                                 {"about", to_string(subject)},
                                 {"id", id},
                                 {"value", json::number(value)},
                                 {"compared", 0},
                                 {"fence", nullptr},
                                 {"replies", replies_to(replies, process, code)}};
                if (basis != flags.basis.end()) {
                    row["compared"] = basis->second.compared;
                    row["fence"] = number_or_null(basis->second.fence);
                }
                out.push_back(std::move(row));
            }
        }
    }
    return out;
}

Result<json::Object> answer_tenders(const MarketAsking& asking, const QueryReader& parameters) {
    const auto member = parameters.text("member"), flag = parameters.text("flag");
    COMITY_TRY(const auto processes, find_processes(asking.session, asking.readable));
    COMITY_TRY(const auto calls, find_calls(asking.session, asking.readable));
    const Flags flags = flags_of(processes, {});
    json::Array rows;
    for (const PublishedProcess& process : processes) {
        if (member && process.author != *member) continue;
        json::Object row = process_form(process);
        json::Array codes, own_calls;
        bool flagged = false;
        for (const json::Value& each : flags_about(flags, process, {})) {
            codes.push_back(each.at("flag"));
            flagged = flagged || (flag && each.at("flag").get_string() == *flag);
        }
        if (flag && !flagged) continue;
        for (const StatedCall& each : calls)
            if (each.author == process.author && each.body.process == process.ocid)
                own_calls.push_back(call_form(each));
        row["flags"] = std::move(codes);
        row["calls"] = std::move(own_calls);
        rows.push_back(std::move(row));
    }
    // Calls whose process has no release yet stand alone.
    json::Array alone;
    for (const StatedCall& each : calls) {
        if (std::ranges::none_of(processes, [&](const PublishedProcess& p) {
                return p.author == each.author && p.ocid == each.body.process;
            }))
            alone.push_back(call_form(each));
    }
    return json::Object{{"rows", std::move(rows)}, {"calls", std::move(alone)}};
}

Result<json::Object> answer_tender(const MarketAsking& asking, const QueryReader& parameters) {
    COMITY_TRY(const std::string ref, parameters.required("process"));
    COMITY_TRY(const auto processes, find_processes(asking.session, asking.readable));
    const auto at = std::ranges::find(processes, ref, [](const PublishedProcess& p) { return ref_to(p); });
    if (at == processes.end())
        return not_found(fmt::format("there is no process {}", ref), "comity tender list shows them");
    COMITY_TRY(const auto replies, find_replies(asking.session, asking.readable));
    COMITY_TRY(const auto calls, find_calls(asking.session, asking.readable));
    json::Object out = process_form(*at);
    json::Array releases, own_calls;
    for (const PublishedRelease& each : at->releases)
        releases.push_back(json::Object{{"id", text_at(each.stated.body.release, {"id"})},
                                        {"date", text_at(each.stated.body.release, {"date"})},
                                        {"tag", tags_of(each.stated.body.release)},
                                        {"witnessed", second_text(each.witnessed)},
                                        {"statement", each.stated.statement.hex()},
                                        {"doubled", each.doubled},
                                        {"backdated", each.backdated}});
    for (const StatedCall& each : calls)
        if (each.author == at->author && each.body.process == at->ocid) own_calls.push_back(call_form(each));
    out["releases"] = std::move(releases);
    out["calls"] = std::move(own_calls);
    out["compiled"] = at->compiled;
    out["flags"] = flags_about(flags_of(processes, {}), *at, replies);
    out["replies"] = replies_to(replies, *at);
    return out;
}

Result<json::Object> answer_call(const MarketAsking& asking, const QueryReader& parameters) {
    COMITY_TRY(const std::string name, parameters.required("call"));
    COMITY_TRY(const StatedCall call, find_call(asking.session, asking.readable, name));
    COMITY_TRY(const CallBids said, find_bids(asking.session, asking.readable, call.statement));
    COMITY_TRY(const BidOpening opening,
               open_bids({.call = call,
                          .bids = said.bids,
                          .openings = said.openings,
                          .witnessed = said.witnessed,
                          .as_of = asking.now.seconds(),
                          .word = [&](const log::Policy& policy, ledger::Witnessed second,
                                      std::span<const Digest> statements) {
                              return asking.quorum.closed_at(asking.session, policy, second, statements,
                                                             ledger::Liars::kCount);
                          }}));
    return bid_opening_json(call, opening);
}

// What openers and bidders need to open them.
Result<json::Object> answer_bids(const MarketAsking& asking, const QueryReader& parameters) {
    COMITY_TRY(const std::string name, parameters.required("call"));
    COMITY_TRY(const StatedCall call, find_call(asking.session, asking.readable, name));
    COMITY_TRY(CallBids said, find_bids(asking.session, asking.readable, call.statement));
    std::ranges::sort(said.bids, {}, [](const StatedBid& b) { return std::tie(b.author, b.statement); });
    json::Array rows;
    for (const StatedBid& each : said.bids)
        rows.push_back(json::Object{
            {"author", each.author}, {"statement", each.statement.hex()}, {"bid", bid_json(each.body)}});
    return json::Object{{"call", call_json(call.body)},
                        {"author", call.author},
                        {"statement", call.statement.hex()},
                        {"rows", std::move(rows)}};
}

Result<json::Object> answer_flags(const MarketAsking& asking) {
    COMITY_TRY(const auto processes, find_processes(asking.session, asking.readable));
    COMITY_TRY(const auto replies, find_replies(asking.session, asking.readable));
    json::Object out = flags_json(flags_of(processes, {}));
    json::Array rows;
    for (const PublishedProcess& process : processes) {
        for (json::Value& each : replies_to(replies, process)) {
            each.get_object()["process"] = ref_to(process);
            rows.push_back(std::move(each));
        }
    }
    out["replies"] = std::move(rows);
    return out;
}

Result<json::Object> answer_audit(const MarketAsking& asking, const QueryReader& parameters) {
    AuditSettings settings;
    if (const auto by = parameters.text("by")) settings.by = *by;
    if (const auto group = parameters.text("group")) settings.group = *group;
    COMITY_TRY(const auto least, parameters.integer("least", 1, 1000));
    if (least) settings.least = static_cast<std::size_t>(*least);
    COMITY_TRY(const auto processes, find_processes(asking.session, asking.readable));
    std::vector<json::Value> compiled;
    for (const PublishedProcess& each : processes) compiled.emplace_back(each.compiled);
    COMITY_TRY(const Audit audit, audit_market(compiled, settings));
    return audit_json(audit);
}

Result<json::Object> answer_reply(const MarketAsking& asking, const QueryReader& parameters) {
    COMITY_TRY(const std::string process, parameters.required("process"));
    COMITY_TRY(const std::string flag, parameters.required("flag"));
    COMITY_TRY(const std::string member, parameters.required("member"));
    COMITY_TRY(const auto replies, find_replies(asking.session, asking.readable));
    const auto at = std::ranges::find_if(replies, [&](const Stated<ReplyBody>& each) {
        return each.body.process == process && each.body.flag == flag && each.author == member;
    });
    if (at == replies.end()) return json::Object{{"revision", nullptr}, {"statement", nullptr}};
    return json::Object{{"revision", at->body.revision}, {"statement", at->statement.hex()}};
}

}  // namespace

Result<json::Object> answer_market(const MarketAsking& asking, std::string_view what, const Query& query) {
    const QueryReader parameters(query);
    if (what == "tenders") return answer_tenders(asking, parameters);
    if (what == "tender") return answer_tender(asking, parameters);
    if (what == "call") return answer_call(asking, parameters);
    if (what == "bids") return answer_bids(asking, parameters);
    if (what == "flags") return answer_flags(asking);
    if (what == "audit") return answer_audit(asking, parameters);
    if (what == "reply") return answer_reply(asking, parameters);
    return not_found(fmt::format("the market does not tell '{}'", what));
}

}  // namespace comity::development
