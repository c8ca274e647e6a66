// The open market as statements: what a buyer publishes, what is asked for under seal, bids, their opening,
// and what those concerned answer to red flags.
//
//     development.release  {"release":{...}}  one release of OCDS 1.1.5 without a defect (market/package.h).
//         A process is its author's and named "cert-rw/ocds-213czf-1": nobody adds to another's.
//     development.call     {"id":"routers-2027","title","process":"ocds-213czf-1","deadline":second,
//                           "open_by":second,"currency"?:"USD","openers"?:[{"member","key":vkey},...],
//                           "threshold"?:2,"witnesses"?:policy,"note"?}
//         asks for sealed bids in the author's process. It never changes: bids name it by its statement.
//         openers (2 to 9): any `threshold` of them, at least two, can open what its bidder would not.
//         witnesses: whose word it is that something was in by deadline and open_by (ledger/quorum_time.h).
//     development.bid      {"call":"<64 hex>","revision"?,"salt":base64 of 16 bytes,"key":base64 of 32,
//                           "sealed":base64,"shares"?:[base64,...]}          (sealed_bid.h)
//                          {"call","revision","withdrawn":true}
//         Of a member's bids in by the deadline that with the highest revision counts, of these that with the
//         greatest id.
//     development.opening  {"call":"<64 hex>","opened":[{"bid":"<64 hex>","key":base64 of 32}
//                                                      |{"bid","share":base64},...]}
//         key: the secret one of the bid's key, which anyone who knows it may say. share: an opener's part.
//     development.reply    {"process":"cert-rw/ocds-213czf-1","flag":"R018","revision"?,"text","evidence"?}
//                          {"process","flag","revision","withdrawn":true}
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/key_text.h"
#include "development/clearing/terms.h"
#include "ledger/exhibit.h"
#include "ledger/roll.h"
#include "ledger/statement.h"
#include "log/policy.h"

namespace comity::development {

inline constexpr std::string_view kRelease = "development.release";
inline constexpr std::string_view kCall = "development.call";
inline constexpr std::string_view kBid = "development.bid";
inline constexpr std::string_view kBidOpening = "development.opening";
inline constexpr std::string_view kReply = "development.reply";
inline constexpr std::array kMarketTypes{kRelease, kCall, kBid, kBidOpening, kReply};

inline constexpr std::size_t kMostOpeners = 9;

struct ReleaseBody {
    std::string ocid{};
    json::Object release{};
};

struct Opener {
    std::string member{};
    crypto::NamedKey key{};
    friend bool operator==(const Opener&, const Opener&) = default;
};

struct CallBody {
    std::string id{};
    std::string title{};
    std::string process{};  // the ocid
    ledger::Witnessed deadline = 0;
    ledger::Witnessed open_by = 0;
    std::string currency{};
    std::vector<Opener> openers{};
    std::size_t threshold = 0;  // 0: without openers
    std::optional<log::Policy> witnesses{};
    std::string note{};
};

struct BidBody {
    Digest call{};
    std::int64_t revision = 0;
    bool withdrawn = false;
    Bytes salt{};
    crypto::PublicKey key{};
    Bytes sealed{};
    std::vector<Bytes> shares{};
};

struct Opened {
    Digest bid{};
    Bytes key{};    // 32 bytes, or
    Bytes share{};  // 33: its number, and the part
};
struct OpeningBody {
    Digest call{};
    std::vector<Opened> opened{};
};

struct ReplyBody {
    std::string process{};
    std::string flag{};
    std::int64_t revision = 0;
    bool withdrawn = false;
    std::string text{};
    std::vector<ledger::Exhibit> evidence{};
};

// kInvalid with the field.
Result<ReleaseBody> parse_release_body(const json::Value& body);
json::Object release_body_json(const ReleaseBody& body);
Result<CallBody> parse_call(const json::Value& body);
json::Object call_json(const CallBody& body);
Result<BidBody> parse_bid(const json::Value& body);
json::Object bid_json(const BidBody& body);
Result<OpeningBody> parse_opening(const json::Value& body);
json::Object opening_json(const OpeningBody& body);
Result<ReplyBody> parse_reply(const json::Value& body);
json::Object reply_json(const ReplyBody& body);

// A statement of one of these types as the view keeps it, and what it is about: the ocid of a release or
// call, the call of a bid or opening, the process that is replied about.
struct MarketForm {
    json::Object body;
    std::string about;
};
Result<MarketForm> market_form(std::string_view type, const json::Value& body);

std::string second_text(ledger::Witnessed second);  // "2027-03-01T12:00:00Z"

}  // namespace comity::development
