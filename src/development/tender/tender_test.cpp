// Sealed bids against those who would peek, bend, copy, repeat, withhold or lie.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "base/encoding.h"
#include "crypto/sealing.h"
#include "crypto/sha256.h"
#include "development/tender/open_bids.h"

namespace comity::development {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::int64_t kDeadline = 1'800'000'000;
constexpr std::int64_t kOpenBy = kDeadline + 3600;

Bytes seed_of(int n) {
    return Bytes(32, static_cast<std::uint8_t>(n));
}
const Bytes kSalt(16, 9);

class SealedBids : public ::testing::Test {
  protected:
    SealedBids() {
        call_.body.id = "routers";
        call_.body.title = "Routers";
        call_.body.process = "ocds-x-1";
        call_.body.deadline = kDeadline;
        call_.body.open_by = kOpenBy;
        call_.body.currency = "USD";
        call_.author = "cert-rw";
        call_.statement = crypto::sha256(as_bytes("call"));
    }
    void with_openers(std::size_t threshold) {
        for (int i = 0; i < 3; ++i) {
            openers_.push_back({fmt::format("opener-{}", i), crypto::KeyType::kEd25519,
                                crypto::SecretKey::from_seed(seed_of(100 + i)).value()});
            call_.body.openers.push_back({openers_.back().name, openers_.back().public_part()});
        }
        call_.body.threshold = threshold;
    }
    BidBody sealed(const std::string& bidder, double amount, int seed, std::int64_t revision = 0,
                   const std::string& currency = "USD") const {
        auto bid =
            seal_bid(call_.body, {call_.statement, bidder, amount, currency, "", {}}, seed_of(seed), kSalt);
        EXPECT_TRUE(bid) << bid.error().message();
        bid->revision = revision;
        // As it comes over the wire.
        auto read = parse_bid(bid_json(*bid));
        EXPECT_TRUE(read) << read.error().message();
        return *read;
    }
    Digest add(const std::string& bidder, BidBody body, std::int64_t at = kDeadline) {
        const Digest id = crypto::sha256(as_bytes(fmt::format("bid {}", bids_.size())));
        bids_.push_back({std::move(body), bidder, id, 0});
        witnessed_[id] = at;
        return id;
    }
    Digest bid(const std::string& bidder, double amount, int seed, std::int64_t at = kDeadline,
               std::int64_t revision = 0) {
        return add(bidder, sealed(bidder, amount, seed, revision), at);
    }
    void say(const std::string& who, std::vector<Opened> opened, std::int64_t at = kDeadline + 1) {
        const Digest id = crypto::sha256(as_bytes(fmt::format("opening {}", openings_.size())));
        openings_.push_back({{call_.statement, std::move(opened)}, who, id, 0});
        witnessed_[id] = at;
    }
    void key(const std::string& who, const Digest& bid, int seed, std::int64_t at = kDeadline + 1) {
        say(who, {{bid, seed_of(seed), {}}}, at);
    }
    Bytes share(std::size_t opener, const Digest& bid) const {
        const auto at = std::ranges::find(bids_, bid, &StatedBid::statement);
        auto part = unseal_share(call_.body, at->body, at->author, opener, openers_[opener].key);
        EXPECT_TRUE(part) << part.error().message();
        return part.value_or(Bytes{});
    }
    void give(std::size_t opener, const Digest& bid, std::int64_t at = kDeadline + 1) {
        say(openers_[opener].name, {{bid, {}, share(opener, bid)}}, at);
    }

    BidOpening opened(std::int64_t as_of = kOpenBy + 1) {
        auto out = open_bids({call_, bids_, openings_, witnessed_, as_of, word_});
        EXPECT_TRUE(out) << out.error().message();
        return out.value_or(BidOpening{});
    }
    std::string stand(const BidOpening& opening, const Digest& bid) const {
        for (const BidOutcome& one : opening.bids)
            if (one.bid->statement == bid) return std::string(to_string(one.stand));
        return "";
    }
    std::string stand(const Digest& bid, std::int64_t as_of = kOpenBy + 1) {
        return stand(opened(as_of), bid);
    }

    StatedCall call_;
    std::vector<crypto::NamedSecret> openers_;
    std::vector<StatedBid> bids_;
    std::vector<StatedOpening> openings_;
    std::map<Digest, ledger::Witnessed> witnessed_;
    SecondWord word_;
};

TEST_F(SealedBids, AreOpenedTogetherAndRanked) {
    const Digest a = bid("acme", 95000, 1), b = bid("globex", 90000.5, 2), c = bid("initech", 99000, 3);
    EXPECT_EQ(stand(a, kDeadline), "sealed");
    key("acme", a, 1);
    key("globex", b, 2);
    const BidOpening half = opened(kDeadline + 10);
    EXPECT_FALSE(half.settled);
    EXPECT_TRUE(half.closed);
    EXPECT_EQ(stand(half, c), "sealed");
    key("somebody", c, 3);  // whoever knows a key may say it
    const BidOpening all = opened();
    EXPECT_TRUE(all.settled);
    ASSERT_EQ(all.ranked.size(), 3U);
    EXPECT_EQ(all.bids[all.ranked[0]].bid->author, "globex");
    EXPECT_EQ(all.bids[all.ranked[0]].content->amount, 90000.5);
    EXPECT_EQ(all.bids[all.ranked[2]].bid->author, "initech");
    EXPECT_THAT(all.faults, IsEmpty());
}

TEST_F(SealedBids, ListWhatDoesNotCountWithItsReason) {
    const Digest late = bid("late", 1, 1, kDeadline + 1);
    key("late", late, 1);
    const Digest first = bid("twice", 10, 2, kDeadline - 5), second = bid("twice", 20, 3, kDeadline, 1);
    const Digest third = bid("twice", 5, 4, kDeadline + 1, 2);  // the last one is late: it does not count
    key("twice", first, 2);
    key("twice", second, 3);
    key("twice", third, 4);
    const Digest silent = bid("silent", 1, 5);
    const Digest tardy = bid("tardy", 1, 6);
    key("tardy", tardy, 6, kOpenBy + 1);
    const Digest early = bid("early", 1, 7);
    key("early", early, 7, kDeadline);
    const Digest gone = bid("gone", 1, 8, kDeadline - 9);
    BidBody back;
    back.call = call_.statement;
    back.revision = 1;
    back.withdrawn = true;
    const Digest taken_back = add("gone", back);
    key("gone", gone, 8);
    const Digest foreign = add("euro", sealed("euro", 1, 9, 0, "EUR"));
    key("euro", foreign, 9);
    const BidOpening all = opened();
    EXPECT_EQ(stand(all, late), "late");
    EXPECT_EQ(stand(all, first), "replaced");
    EXPECT_EQ(stand(all, second), "valid");
    EXPECT_EQ(stand(all, third), "late");
    EXPECT_EQ(stand(all, silent), "unopened");
    EXPECT_EQ(stand(all, tardy), "unopened");
    EXPECT_EQ(stand(all, early), "revealed");
    EXPECT_EQ(stand(all, gone), "replaced");
    EXPECT_EQ(stand(all, taken_back), "withdrawn");
    EXPECT_EQ(stand(all, foreign), "unfit");
    ASSERT_EQ(all.ranked.size(), 1U);
    for (const BidOutcome& one : all.bids) EXPECT_EQ(one.why.empty(), one.stand == BidStand::kValid);
}

// Two bids of one revision and the choice, after the others are open, which of them to open: none.
TEST_F(SealedBids, LeaveNobodyAChoiceAfterTheDeadline) {
    const Digest a = bid("acme", 10, 1), b = bid("acme", 20, 2);
    const Digest counts = std::max(a, b), other = std::min(a, b);
    key("acme", other, other == a ? 1 : 2);
    const BidOpening all = opened();
    EXPECT_EQ(stand(all, counts), "unopened");
    EXPECT_EQ(stand(all, other), "replaced");
    EXPECT_THAT(all.ranked, IsEmpty());
}

TEST_F(SealedBids, OpenToWhatWasSealedOrNotAtAll) {
    const Digest a = bid("acme", 10, 1);
    key("acme", a, 2);  // another key
    EXPECT_EQ(stand(a), "unopened");
    EXPECT_THAT(opened().faults, Contains(HasSubstr("acme said a key that is not that of acme's bid")));
    // Changed bytes under the right key; and something else than a bid.
    BidBody changed = sealed("globex", 10, 3);
    changed.sealed.back() ^= 1;
    const Digest altered = add("globex", changed);
    key("globex", altered, 3);
    BidBody junk = sealed("initech", 10, 4);
    junk.sealed = *crypto::seal_to(std::span(&junk.key, 1), as_bytes("no bid at all"));
    const Digest unfit = add("initech", junk);
    key("initech", unfit, 4);
    const BidOpening all = opened();
    EXPECT_EQ(stand(all, altered), "altered");
    EXPECT_EQ(stand(all, unfit), "unfit");
}

// Whoever copies another's sealed bid, to bid the same without knowing it, is found out as it opens.
TEST_F(SealedBids, CannotBeCopied) {
    const BidBody own = sealed("acme", 10, 1);
    const Digest a = add("acme", own), copy = add("copycat", own);
    key("acme", a, 1);
    key("copycat", copy, 1);  // acme's key is known by then
    const BidOpening all = opened();
    EXPECT_EQ(stand(all, a), "valid");
    EXPECT_EQ(stand(all, copy), "copied");
    // Nor can a bid be taken over from another call.
    StatedCall other = call_;
    other.statement = crypto::sha256(as_bytes("another call"));
    auto elsewhere = seal_bid(other.body, {other.statement, "globex", 10, "USD", "", {}}, seed_of(5), kSalt);
    elsewhere->call = call_.statement;
    const Digest moved = add("globex", *elsewhere);
    key("globex", moved, 5);
    EXPECT_EQ(stand(moved), "copied");
}

TEST_F(SealedBids, AreOpenedByOpenersWhereTheirBidderWouldNot) {
    with_openers(2);
    const Digest a = bid("acme", 10, 1), b = bid("globex", 20, 2);
    give(0, a);
    EXPECT_EQ(stand(a), "unopened");  // one alone is not enough
    give(2, a);
    give(1, b);
    key("globex", b, 2);
    const BidOpening all = opened();
    EXPECT_EQ(stand(all, a), "valid");
    EXPECT_EQ(stand(all, b), "valid");
    EXPECT_EQ(all.bids.front().opened_by, "shares");
    EXPECT_EQ(all.bids.back().opened_by, "key");
    EXPECT_THAT(all.faults, IsEmpty());
    // A bid without shares for the call's openers does not count: its bidder could still choose.
    BidBody bare = sealed("initech", 1, 3);
    bare.shares.clear();
    const Digest unshared = add("initech", bare);
    key("initech", unshared, 3);
    EXPECT_EQ(stand(unshared), "unshared");
}

TEST_F(SealedBids, NameOpenersThatLieOrPeek) {
    with_openers(2);
    const Digest a = bid("acme", 10, 1);
    give(0, a);
    Bytes bent = share(1, a);
    bent[5] ^= 1;
    say("opener-1", {{a, {}, bent}});
    give(2, a);
    const BidOpening all = opened();
    EXPECT_EQ(stand(all, a), "valid");  // two of three are right
    EXPECT_THAT(all.faults, Contains(HasSubstr("opener-1 gave a wrong share of acme's bid")));
    // A stranger gives a share; an opener gives another's; one gives two.
    say("stranger", {{a, {}, share(1, a)}});
    say("opener-2", {{a, {}, share(1, a)}});
    say("opener-0", {{a, {}, Bytes(33, 1)}});
    const BidOpening more = opened();
    EXPECT_THAT(more.faults, Contains(HasSubstr("opener-2 gave another's share")));
    EXPECT_THAT(more.faults, Contains(HasSubstr("opener-0 gave two shares")));
    EXPECT_EQ(stand(more, a), "unopened");  // of what is left one share is wrong
    // Shares before the deadline: the openers are named, and their fault is not the bidder's.
    openings_.clear();
    give(0, a, kDeadline);
    give(2, a, kDeadline);
    const BidOpening peeked = opened();
    EXPECT_EQ(stand(peeked, a), "valid");
    EXPECT_THAT(peeked.faults, Contains(HasSubstr("opener-0 gave its share of acme's bid before")));
}

// Somebody calls with an earlier deadline and has the shares of another's bid opened under that.
TEST_F(SealedBids, KeepSharesToTheirCallAndBidder) {
    with_openers(2);
    const BidBody victim = sealed("acme", 10, 1);
    StatedCall trap = call_;
    trap.statement = crypto::sha256(as_bytes("trap"));
    BidBody copied = victim;
    copied.call = trap.statement;
    EXPECT_FALSE(unseal_share(trap.body, copied, "copycat", 0, openers_[0].key));
    EXPECT_FALSE(unseal_share(call_.body, victim, "copycat", 0, openers_[0].key));
    EXPECT_FALSE(unseal_share(call_.body, victim, "acme", 0, openers_[1].key));
    EXPECT_TRUE(unseal_share(call_.body, victim, "acme", 0, openers_[0].key));
}

// Nothing of a bid is to be seen before it is opened: neither its size nor whose it is.
TEST_F(SealedBids, TellNothingBeforeTheyAreOpened) {
    EXPECT_EQ(sealed("acme", 1, 1).sealed.size(), sealed("globex", 123456.75, 2).sealed.size());
    const std::string wire = json::write(bid_json(sealed("acme-networks", 95000, 1)));
    EXPECT_EQ(wire.find("95000"), std::string::npos);
    EXPECT_EQ(wire.find("acme-networks"), std::string::npos);
    // What a member's key makes differs by call and salt, and is not that key.
    const crypto::SecretKey member = crypto::SecretKey::from_seed(seed_of(50)).value();
    EXPECT_NE(bid_seed(member, call_.statement, kSalt), bid_seed(member, call_.statement, Bytes(16, 8)));
    EXPECT_NE(bid_seed(member, call_.statement, kSalt), bid_seed(member, Digest{}, kSalt));
    EXPECT_NE(bid_seed(member, call_.statement, kSalt), to_bytes(member.seed()));
}

// The witnesses' word decides, whatever the node's clock says.
TEST_F(SealedBids, TakeTheWitnessesWord) {
    crypto::NamedKey witness{"w.example/witness", crypto::KeyType::kEd25519Cosignature,
                             crypto::SecretKey::from_seed(seed_of(77)).value().public_key()};
    call_.body.witnesses = log::Policy::parse("witness w " + witness.text() + "\nquorum w\n").value();
    const Digest in = bid("acme", 10, 1, kDeadline + 50), out = bid("globex", 5, 2, kDeadline - 50),
                 waits = bid("initech", 1, 3);
    key("acme", in, 1, kDeadline + 60);
    EXPECT_FALSE(open_bids({call_, bids_, openings_, witnessed_, kOpenBy + 1, {}}));
    bool settled = false;
    word_ = [&](const log::Policy&, ledger::Witnessed second, std::span<const Digest> all) {
        ledger::ClosedAt said;
        said.settled = settled;
        if (!settled) said.waits = {"w"};
        for (const Digest& each : all) {
            const bool is_bid = each == in || each == out || each == waits;
            said.stands.push_back(each == out                   ? ledger::Stand::kOut
                                  : each == waits && !settled   ? ledger::Stand::kOpen
                                  : is_bid || second == kOpenBy ? ledger::Stand::kIn
                                                                : ledger::Stand::kOut);
        }
        return said;
    };
    const BidOpening open = opened();
    EXPECT_FALSE(open.settled);
    EXPECT_EQ(open.waits, std::vector<std::string>{"w"});
    EXPECT_EQ(stand(open, in), "valid");
    EXPECT_EQ(stand(open, out), "late");
    EXPECT_EQ(stand(open, waits), "waits");
    settled = true;
    EXPECT_EQ(stand(waits), "unopened");
}

// Law 1: whatever the order in which statements came.
TEST_F(SealedBids, ComeToTheSameInAnyOrder) {
    with_openers(2);
    std::vector<Digest> ids;
    for (int i = 0; i < 6; ++i)
        ids.push_back(bid(fmt::format("m{}", i % 4), 10 + i, i + 1, kDeadline - 3 + i, i % 3));
    for (int i = 0; i < 6; ++i) {
        if (i % 2 == 0) key(fmt::format("m{}", i % 4), ids[static_cast<std::size_t>(i)], i + 1);
        give(static_cast<std::size_t>(i % 3), ids[static_cast<std::size_t>(i)]);
        give(static_cast<std::size_t>((i + 1) % 3), ids[static_cast<std::size_t>(i)]);
    }
    const std::string before = json::write(bid_opening_json(call_, opened()));
    std::mt19937 random(7);
    for (int round = 0; round < 20; ++round) {
        std::ranges::shuffle(bids_, random);
        std::ranges::shuffle(openings_, random);
        EXPECT_EQ(json::write(bid_opening_json(call_, opened())), before);
    }
}

TEST(MarketBodies, AreReadBackAsTheyWereWritten) {
    const std::string key = crypto::NamedKey{"audit", crypto::KeyType::kEd25519,
                                             crypto::SecretKey::from_seed(seed_of(3)).value().public_key()}
                                .text();
    const std::string other = crypto::NamedKey{"ngo", crypto::KeyType::kEd25519,
                                               crypto::SecretKey::from_seed(seed_of(4)).value().public_key()}
                                  .text();
    const auto read = [](std::string_view type, const std::string& text) {
        const auto value = json::parse(text);
        EXPECT_TRUE(value) << text;
        return market_form(type, *value);
    };
    const auto same = [&](std::string_view type, const std::string& text) {
        const auto form = read(type, text);
        ASSERT_TRUE(form) << form.error().message();
        EXPECT_EQ(json::write(form->body), text);
    };
    const auto refused = [&](std::string_view type, const std::string& text, const std::string& where) {
        const auto form = read(type, text);
        ASSERT_FALSE(form) << text;
        EXPECT_EQ(form.error().where, where) << form.error().message();
    };
    const std::string begin =
        R"({"id":"c","title":"C","process":"ocds-x-1","deadline":"2027-03-01T12:00:00Z",)";
    const std::string open_by = R"("open_by":"2027-03-02T12:00:00Z")";
    same(kCall, begin + open_by + "}");
    same(
        kCall,
        begin + open_by +
            fmt::format(
                R"(,"openers":[{{"member":"audit","key":"{}"}},{{"member":"ngo","key":"{}"}}],"threshold":2}})",
                key, other));
    refused(kCall, begin + R"("open_by":"2027-03-01T12:00:00Z"})", "body.open_by");
    refused(kCall, begin + R"("open_by":"2027-03-02T12:00:00.5Z"})", "body.open_by");
    refused(kCall, begin + open_by + R"(,"threshold":2})", "body.threshold");
    refused(kCall, begin + open_by + R"(,"currency":"usd"})", "body.currency");
    refused(kCall, begin + open_by + R"(,"witnesses":"quorum none\n"})", "body.witnesses");
    // One opener under two names would see what two are to see together.
    refused(
        kCall,
        begin + open_by +
            fmt::format(
                R"(,"openers":[{{"member":"audit","key":"{}"}},{{"member":"ngo","key":"{}"}}],"threshold":2}})",
                key, key),
        "body.openers[1].member");
    const std::string call(64, 'a');
    same(kBid, R"({"call":")" + call + R"(","revision":2,"withdrawn":true})");
    refused(kBid, R"({"call":")" + call + R"(","revision":2,"withdrawn":true,"sealed":"AA=="})",
            "body.sealed");
    refused(kBid, R"({"call":")" + call + R"("})", "body.salt");
    same(kBidOpening, R"({"call":")" + call + R"(","opened":[{"bid":")" + call + R"(","key":")" +
                          base64_encode(seed_of(1)) + R"("}]})");
    refused(kBidOpening, R"({"call":")" + call + R"(","opened":[{"bid":")" + call + R"("}]})",
            "body.opened[0].key");
    same(kReply, R"({"process":"cert-rw/ocds-x-1","flag":"R018","text":"No."})");
    refused(kReply, R"({"process":"cert-rw/ocds-x-1","flag":"R999","text":"No."})", "body.flag");
    // A release is held to the standard: nothing is published that would be a defect.
    same(
        kRelease,
        R"({"release":{"ocid":"ocds-x-1","id":"1","date":"2026-01-01T00:00:00Z","tag":["planning"],"initiationType":"tender"}})");
    refused(
        kRelease,
        R"({"release":{"ocid":"ocds-x-1","id":"1","date":"2026-01-01T00:00:00Z","tag":["bid"],"initiationType":"tender"}})",
        "body.release.tag[0]");
}

}  // namespace
}  // namespace comity::development
