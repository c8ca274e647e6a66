#include "development/tender/sealed_bid.h"

#include <algorithm>

#include "crypto/sealing.h"
#include "crypto/secret_sharing.h"
#include "crypto/sha256.h"
#include "json/number.h"
#include "json/words.h"

namespace comity::development {
namespace {

constexpr std::size_t kPadding = 1024;
constexpr std::string_view kSeedDomain = "comity-bid/v1\n";
constexpr std::string_view kShareDomain = "comity-share/v1\n";
constexpr std::size_t kMaxBidNote = 4000;

Bytes share_head(const Digest& call, std::string_view bidder, std::size_t opener) {
    Bytes head = to_bytes(as_bytes(kShareDomain));
    append(head, call.view());
    append(head, crypto::sha256(as_bytes(bidder)).view());
    head.push_back(static_cast<std::uint8_t>(opener + 1));
    return head;
}

}  // namespace

json::Object bid_content_json(const BidContent& content) {
    json::Object out{
        {"call", content.call.hex()},
        {"bidder", content.bidder},
        {"value", json::Object{{"amount", json::number(content.amount)}, {"currency", content.currency}}}};
    if (!content.note.empty()) out["note"] = content.note;
    if (!content.documents.empty()) out["documents"] = ledger::exhibits_json(content.documents);
    return out;
}

Result<BidContent> parse_bid_content(const json::Value& value, const std::string& path) {
    COMITY_TRY(json::Fields fields, json::Fields::of(value, path));
    BidContent content;
    COMITY_TRY(content.call, json::digest_of(fields, "call"));
    COMITY_TRY(content.bidder, fields.text("bidder", 1, 64));
    COMITY_TRY(json::Fields price, inside(fields, "value"));
    COMITY_TRY(content.amount, amount_of(price, "amount"));
    COMITY_TRY(content.currency, price.text("currency", 3, 3));
    COMITY_CHECK(price.nothing_else());
    COMITY_TRY(content.note, text_or_none(fields, "note", kMaxBidNote));
    COMITY_TRY(content.documents, ledger::exhibits_of(fields, "documents"));
    COMITY_CHECK(fields.nothing_else());
    return content;
}

Bytes bid_seed(const crypto::SecretKey& member, const Digest& call, ByteView salt) {
    Bytes text = to_bytes(as_bytes(kSeedDomain));
    append(text, member.seed());
    append(text, call.view());
    append(text, salt);
    return to_bytes(crypto::sha256(text).view());
}

Result<BidBody> seal_bid(const CallBody& call, const BidContent& content, ByteView seed, ByteView salt) {
    BidBody bid;
    bid.call = content.call;
    bid.salt = to_bytes(salt);
    COMITY_TRY(const crypto::SecretKey secret, crypto::SecretKey::from_seed(seed));
    bid.key = secret.public_key();
    std::string text = json::write(bid_content_json(content));
    text.append((kPadding - text.size() % kPadding) % kPadding, ' ');
    COMITY_TRY(bid.sealed, crypto::seal_to(std::span(&bid.key, 1), as_bytes(text)));
    if (call.openers.empty()) return bid;
    COMITY_TRY(const auto parts, crypto::split_secret(seed, call.threshold, call.openers.size()));
    for (std::size_t i = 0; i < parts.size(); ++i) {
        Bytes share = share_head(content.call, content.bidder, i);
        append(share, parts[i].bytes);
        COMITY_TRY(bid.shares.emplace_back(), crypto::seal_to(std::span(&call.openers[i].key.key, 1), share));
    }
    return bid;
}

bool opens(const BidBody& bid, ByteView seed) {
    const auto secret = crypto::SecretKey::from_seed(seed);
    return secret && secret->public_key() == bid.key;
}

Result<BidContent> unseal_bid(const BidBody& bid, std::string_view bidder, ByteView seed) {
    COMITY_TRY(const crypto::SecretKey secret, crypto::SecretKey::from_seed(seed));
    auto bytes = crypto::open_sealed(bid.sealed, secret);
    if (!bytes) return refused("sealed", "does not open with the bid's own key: " + bytes.error().what);
    COMITY_TRY(const json::Value value, json::parse(as_text(*bytes)));
    COMITY_TRY(BidContent content, parse_bid_content(value, "content"));
    if (content.call != bid.call) return conflict("content.call", "is another call");
    if (content.bidder != bidder) return conflict("content.bidder", "is another than who bids");
    return content;
}

Result<Bytes> unseal_share(const CallBody& call, const BidBody& bid, std::string_view bidder,
                           std::size_t opener, const crypto::SecretKey& secret) {
    if (bid.shares.size() != call.openers.size() || opener >= bid.shares.size())
        return refused("shares", "are not those of the call's openers");
    COMITY_TRY(const Bytes share, crypto::open_sealed(bid.shares[opener], secret));
    const Bytes head = share_head(bid.call, bidder, opener);
    if (share.size() != head.size() + 32 || !std::ranges::equal(head, ByteView(share).first(head.size())))
        return refused("shares", "was made for another call, bidder or opener",
                       "say nothing of what is in it: it may be another's bid that is not yet due");
    return to_bytes(ByteView(share).subspan(head.size() - 1));
}

}  // namespace comity::development
