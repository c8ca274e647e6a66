#include "development/tender/bodies.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/encoding.h"
#include "base/text.h"
#include "base/time.h"
#include "development/market/flags.h"
#include "development/market/package.h"
#include "development/observatory/names.h"
#include "json/words.h"

namespace comity::development {
namespace {

constexpr std::size_t kMaxCallTitle = 300;
constexpr std::size_t kMaxMarketNote = 4000;
constexpr std::size_t kMaxSealed = 32 * 1024;
constexpr std::size_t kMaxShareBox = 512;
constexpr std::size_t kMaxCallPolicy = 16 * 1024;
constexpr std::size_t kMostOpened = 200;
constexpr std::size_t kSeed = 32;

Result<std::string> own_name(json::Fields& fields, std::string_view name) {
    COMITY_TRY(std::string text, fields.text(name, 1, 64));
    COMITY_CHECK(check_name(text, fields.path(name)));
    return text;
}

Result<ledger::Witnessed> second_of(json::Fields& fields, std::string_view name) {
    COMITY_TRY(const std::string text, fields.text(name, 1, 40));
    auto time = parse_time(text);
    if (!time) return within(fields.path(name), time.error());
    if (time->micros % 1'000'000 != 0)
        return invalid(fields.path(name), "is no whole second", "leave the fraction out");
    return time->seconds();
}

Result<Bytes> bytes_of(const std::string& text, std::string where, std::size_t min, std::size_t max) {
    auto bytes = base64_decode(text);
    if (!bytes) return within(where, bytes.error());
    if (bytes->size() < min || bytes->size() > max)
        return invalid(std::move(where), min == max ? fmt::format("must be {} bytes", min)
                                                    : fmt::format("must be {} to {} bytes", min, max));
    return bytes;
}
Result<Bytes> bytes_of(json::Fields& fields, std::string_view name, std::size_t min, std::size_t max) {
    COMITY_TRY(const std::string text, fields.text(name, 1, 2 * max + 8));
    return bytes_of(text, fields.path(name), min, max);
}

Result<std::vector<Opener>> openers_of(json::Fields& fields) {
    std::vector<Opener> out;
    COMITY_TRY(const json::Array* array, fields.optional_array("openers", 2, kMostOpeners));
    if (array == nullptr) return out;
    for (std::size_t i = 0; i < array->size(); ++i) {
        COMITY_TRY(json::Fields one,
                   json::Fields::of((*array)[i], fmt::format("{}[{}]", fields.path("openers"), i)));
        Opener opener;
        COMITY_TRY(opener.member, one.text("member", 1, 64));
        COMITY_CHECK(ledger::check_member_id(opener.member, one.path("member")));
        COMITY_TRY(const std::string key, one.text("key", 1, 200));
        auto parsed = crypto::parse_public_key(key);
        if (!parsed) return within(one.path("key"), parsed.error());
        opener.key = *std::move(parsed);
        COMITY_CHECK(one.nothing_else());
        for (const Opener& other : out) {
            if (other.member == opener.member || other.key.key == opener.key.key)
                return invalid(one.path("member"), "stands there twice",
                               "openers are to be independent of each other");
        }
        out.push_back(std::move(opener));
    }
    return out;
}

}  // namespace

std::string second_text(ledger::Witnessed second) {
    const std::string text = format_time_millis(Time::from_seconds(second));
    return text.substr(0, text.find('.')) + "Z";
}

Result<ReleaseBody> parse_release_body(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    ReleaseBody out;
    COMITY_TRY(const json::Object* release, fields.object("release"));
    COMITY_CHECK(fields.nothing_else());
    const auto defects = check_release(*release);
    if (!defects.empty()) {
        const ReleaseDefect& first = defects.front();
        return invalid(fmt::format("{}.{}", fields.path("release"), first.where),
                       fmt::format("{} ({})", first.what, to_string(first.kind)), first.mend);
    }
    out.release = *release;
    out.ocid = std::string_view(out.release.at("ocid").get_string());
    COMITY_CHECK(check_name(out.ocid, fields.path("release") + ".ocid"));
    return out;
}

json::Object release_body_json(const ReleaseBody& body) {
    return {{"release", body.release}};
}

Result<CallBody> parse_call(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    CallBody call;
    COMITY_TRY(call.id, own_name(fields, "id"));
    COMITY_TRY(call.title, fields.text("title", 1, kMaxCallTitle));
    COMITY_TRY(call.process, own_name(fields, "process"));
    COMITY_TRY(call.deadline, second_of(fields, "deadline"));
    COMITY_TRY(call.open_by, second_of(fields, "open_by"));
    if (call.open_by <= call.deadline)
        return invalid(fields.path("open_by"), "is not after the deadline", "leave time to open the bids");
    COMITY_TRY(call.currency, text_or_none(fields, "currency", 3));
    if (!call.currency.empty() &&
        (call.currency.size() != 3 ||
         !std::ranges::all_of(call.currency, [](char c) { return c >= 'A' && c <= 'Z'; })))
        return invalid(fields.path("currency"), "is no code of three capitals", "write USD");
    COMITY_TRY(call.openers, openers_of(fields));
    COMITY_TRY(const auto threshold, fields.optional_integer("threshold", 2, kMostOpeners));
    if (call.openers.empty() != !threshold)
        return invalid(fields.path("threshold"), "goes with openers", "give both, or neither");
    if (threshold) call.threshold = static_cast<std::size_t>(*threshold);
    if (call.threshold > call.openers.size())
        return invalid(fields.path("threshold"), fmt::format("is over the {} openers", call.openers.size()));
    COMITY_TRY(const std::string policy, text_or_none(fields, "witnesses", kMaxCallPolicy));
    if (!policy.empty()) {
        auto parsed = log::Policy::parse(policy);
        if (!parsed) return within(fields.path("witnesses"), parsed.error());
        if (parsed->quorum == "none")
            return invalid(fields.path("witnesses"), "asks for nobody's word",
                           "end it with a line \"quorum NAME\", or leave it out");
        call.witnesses = *std::move(parsed);
    }
    COMITY_TRY(call.note, text_or_none(fields, "note", kMaxMarketNote));
    COMITY_CHECK(fields.nothing_else());
    return call;
}

json::Object call_json(const CallBody& body) {
    json::Object out{{"id", body.id},
                     {"title", body.title},
                     {"process", body.process},
                     {"deadline", second_text(body.deadline)},
                     {"open_by", second_text(body.open_by)}};
    if (!body.currency.empty()) out["currency"] = body.currency;
    if (!body.openers.empty()) {
        json::Array openers;
        for (const Opener& each : body.openers)
            openers.push_back(json::Object{{"member", each.member}, {"key", each.key.text()}});
        out["openers"] = std::move(openers);
        out["threshold"] = body.threshold;
    }
    if (body.witnesses) out["witnesses"] = body.witnesses->write();
    if (!body.note.empty()) out["note"] = body.note;
    return out;
}

Result<BidBody> parse_bid(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    BidBody bid;
    COMITY_TRY(bid.call, json::digest_of(fields, "call"));
    COMITY_TRY(bid.revision, revision_of(fields));
    COMITY_TRY(bid.withdrawn, fields.boolean("withdrawn", false));
    if (bid.withdrawn) {
        COMITY_CHECK(fields.nothing_else());
        return bid;
    }
    COMITY_TRY(bid.salt, bytes_of(fields, "salt", 16, 16));
    COMITY_TRY(const Bytes key, bytes_of(fields, "key", kSeed, kSeed));
    auto parsed = crypto::PublicKey::from_bytes(key);
    if (!parsed) return within(fields.path("key"), parsed.error());
    bid.key = *parsed;
    COMITY_TRY(bid.sealed, bytes_of(fields, "sealed", 1, kMaxSealed));
    COMITY_TRY(const auto shares, fields.optional_texts("shares", kMostOpeners));
    for (std::size_t i = 0; i < shares.size(); ++i) {
        COMITY_TRY(bid.shares.emplace_back(),
                   bytes_of(shares[i], fmt::format("{}[{}]", fields.path("shares"), i), 1, kMaxShareBox));
    }
    COMITY_CHECK(fields.nothing_else());
    return bid;
}

json::Object bid_json(const BidBody& body) {
    json::Object out{{"call", body.call.hex()}};
    if (body.revision > 0) out["revision"] = body.revision;
    if (body.withdrawn) {
        out["withdrawn"] = true;
        return out;
    }
    out["salt"] = base64_encode(body.salt);
    out["key"] = base64_encode(body.key.bytes);
    out["sealed"] = base64_encode(body.sealed);
    if (!body.shares.empty()) {
        json::Array shares;
        for (const Bytes& each : body.shares) shares.emplace_back(base64_encode(each));
        out["shares"] = std::move(shares);
    }
    return out;
}

Result<OpeningBody> parse_opening(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    OpeningBody out;
    COMITY_TRY(out.call, json::digest_of(fields, "call"));
    COMITY_TRY(const json::Array* array, fields.array("opened", 1, kMostOpened));
    for (std::size_t i = 0; i < array->size(); ++i) {
        COMITY_TRY(json::Fields one,
                   json::Fields::of((*array)[i], fmt::format("{}[{}]", fields.path("opened"), i)));
        Opened opened;
        COMITY_TRY(opened.bid, json::digest_of(one, "bid"));
        if (one.has("key") == one.has("share"))
            return invalid(one.path("key"), "stands beside a share, or neither does", "give one of the two");
        if (one.has("key")) {
            COMITY_TRY(opened.key, bytes_of(one, "key", kSeed, kSeed));
        } else {
            COMITY_TRY(opened.share, bytes_of(one, "share", kSeed + 1, kSeed + 1));
        }
        COMITY_CHECK(one.nothing_else());
        out.opened.push_back(std::move(opened));
    }
    COMITY_CHECK(fields.nothing_else());
    return out;
}

json::Object opening_json(const OpeningBody& body) {
    json::Array opened;
    for (const Opened& each : body.opened) {
        json::Object one{{"bid", each.bid.hex()}};
        if (!each.key.empty()) one["key"] = base64_encode(each.key);
        if (!each.share.empty()) one["share"] = base64_encode(each.share);
        opened.push_back(std::move(one));
    }
    return {{"call", body.call.hex()}, {"opened", std::move(opened)}};
}

Result<ReplyBody> parse_reply(const json::Value& body) {
    COMITY_TRY(json::Fields fields, json::Fields::of(body, "body"));
    ReplyBody reply;
    COMITY_TRY(reply.process, ref_of(fields, "process"));
    COMITY_TRY(reply.flag, fields.text("flag", 1, 20));
    if (std::ranges::find(flag_rules(), reply.flag, &FlagRule::code) == flag_rules().end())
        return invalid(fields.path("flag"), fmt::format("'{}' is no red flag", shown(reply.flag, 20)),
                       "comity tender flags names them");
    COMITY_TRY(reply.revision, revision_of(fields));
    COMITY_TRY(reply.withdrawn, fields.boolean("withdrawn", false));
    if (!reply.withdrawn) {
        COMITY_TRY(reply.text, fields.text("text", 1, kMaxMarketNote));
        COMITY_TRY(reply.evidence, ledger::exhibits_of(fields, "evidence"));
    }
    COMITY_CHECK(fields.nothing_else());
    return reply;
}

json::Object reply_json(const ReplyBody& body) {
    json::Object out{{"process", body.process}, {"flag", body.flag}};
    if (body.revision > 0) out["revision"] = body.revision;
    if (body.withdrawn) {
        out["withdrawn"] = true;
        return out;
    }
    out["text"] = body.text;
    if (!body.evidence.empty()) out["evidence"] = ledger::exhibits_json(body.evidence);
    return out;
}

Result<MarketForm> market_form(std::string_view type, const json::Value& body) {
    if (type == kRelease) {
        COMITY_TRY(const ReleaseBody parsed, parse_release_body(body));
        return MarketForm{release_body_json(parsed), parsed.ocid};
    }
    if (type == kCall) {
        COMITY_TRY(const CallBody parsed, parse_call(body));
        return MarketForm{call_json(parsed), parsed.process};
    }
    if (type == kBid) {
        COMITY_TRY(const BidBody parsed, parse_bid(body));
        return MarketForm{bid_json(parsed), parsed.call.hex()};
    }
    if (type == kBidOpening) {
        COMITY_TRY(const OpeningBody parsed, parse_opening(body));
        return MarketForm{opening_json(parsed), parsed.call.hex()};
    }
    COMITY_TRY(const ReplyBody parsed, parse_reply(body));
    return MarketForm{reply_json(parsed), parsed.process};
}

}  // namespace comity::development
