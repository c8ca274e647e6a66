// A bid under seal. What is bid is sealed (crypto::seal_to) to a key made for this bid alone, which stands in
// the bid; its secret part is what opens it, and by the public one anyone tells that it is the right one. So
// nobody, its bidder included, can open it to anything else, and nobody can open it before that part is
// known.
//
// Where the call has openers, the secret part is also shared among them (crypto::split_secret), each share
// sealed to its opener: so many of them as the call's threshold says open what its bidder would not, and
// fewer see nothing.
//
//     content  {"call":"<64 hex>","bidder":"acme","value":{"amount":95000,"currency":"USD"},"note"?,
//               "documents"?:[{"title","url"|"statement"},...]}   padded with spaces to whole KiB, so that
//               its
//         size tells nothing. It names its call and bidder, so that a copy of another's bid opens as what it
//         is.
//     share    "comity-share/v1\n", 32 bytes: the call, 32 bytes: SHA-256 of the bidder's id, 1 byte: the
//         opener's number from 1, 32 bytes: the part. It names its call, so that nobody has openers open it
//         under another call that ends sooner.
#pragma once

#include "crypto/ed25519.h"
#include "development/tender/bodies.h"

namespace comity::development {

struct BidContent {
    Digest call{};
    std::string bidder{};
    double amount = 0;
    std::string currency{};
    std::string note{};
    std::vector<ledger::Exhibit> documents{};
};
json::Object bid_content_json(const BidContent& content);
Result<BidContent> parse_bid_content(const json::Value& value, const std::string& path);

// The secret part of a bid's key as the command line makes it: out of the member's own key, the call and the
// bid's salt, so that there is nothing to keep until the opening. Telling it tells nothing of the member's
// key.
Bytes bid_seed(const crypto::SecretKey& member, const Digest& call, ByteView salt);

// Preconditions: the seed is of 32 bytes, the salt of 16; content.call is the call's statement.
Result<BidBody> seal_bid(const CallBody& call, const BidContent& content, ByteView seed, ByteView salt);

bool opens(const BidBody& bid, ByteView seed);
// Precondition: opens(bid, seed). kRefused where what was sealed was not sealed to that key or was changed,
// kConflict where it is another call's or bidder's, kInvalid where it is no content at all.
Result<BidContent> unseal_bid(const BidBody& bid, std::string_view bidder, ByteView seed);

// An opener's share of a bid, as an opening has it: its number and the part. kRefused where it is not for
// this call, bidder and opener, or not sealed to that key.
Result<Bytes> unseal_share(const CallBody& call, const BidBody& bid, std::string_view bidder,
                           std::size_t opener, const crypto::SecretKey& secret);

}  // namespace comity::development
