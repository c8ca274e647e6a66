// A share with a hole, over the line: who joins later has of a share all but what it may not read; the rest
// comes by itself once it may be read, or from whoever has it; and who withholds more than that is told.
#include <gmock/gmock.h>

#include <random>

#include "federation/carry_file.h"
#include "federation/erasing.h"
#include "intelligence/marking_change.h"
#include "intelligence/stix/object.h"
#include "intelligence/withdrawal.h"
#include "ledger/access.h"
#include "shelf_source.h"
#include "testing/folder.h"

namespace comity::federation::testing {
namespace {

using comity::testing::indicator;
using ::testing::HasSubstr;

constexpr std::string_view kMarkedRed = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1";
constexpr std::string_view kMarkedGreen = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb";

intelligence::ObjectId id_of(unsigned n) {
    return intelligence::parse_object(indicator(n))->id;
}

class Holes : public ::testing::Test {
  protected:
    Holes() { a_.submit(community_.charter()); }

    Digest share(NetNode& node, const std::string& author, std::vector<std::string> objects) {
        return node.submit(community_.share(author, std::move(objects))).id;
    }
    // Of so many, all that no list names are for everybody.
    Digest share(unsigned first, unsigned count, const std::set<unsigned>& red = {}) {
        std::vector<std::string> objects;
        for (unsigned n = first; n < first + count; ++n)
            objects.push_back(indicator(n, red.contains(n) ? kMarkedRed : ""));
        return share(a_, "ke", std::move(objects));
    }
    Digest withdraw(NetNode& node, const std::string& author, unsigned n) {
        intelligence::WithdrawalBody body;
        body.objects.push_back({id_of(n), std::nullopt});
        node.clock().advance_seconds(1);
        return node
            .submit(community_.statement(author, intelligence::kWithdrawal,
                                         intelligence::withdrawal_json(body), Community::clear(),
                                         Time::from_seconds(1'760'000'001)))
            .id;
    }
    void mark(NetNode& node, const std::string& author, unsigned n, const ledger::Audience& audience) {
        node.clock().advance_seconds(1);
        node.submit(community_.statement(author, intelligence::kMarkingChange,
                                         intelligence::marking_change_json({id_of(n), {}, audience})));
    }
    void erase(NetNode& node, const std::string& author, const Digest& target) {
        node.submit(community_.statement(author, kErasure, ErasureBody{.statement = target}.json()));
    }
    static MirroredLog first_log(NetNode& node) {
        const auto logs = node.node().mirrors().logs();
        EXPECT_TRUE(logs);
        return logs && !logs->empty() ? logs->front() : MirroredLog{};
    }
    static void expect_lacking(NetNode& node, std::uint64_t missing, std::uint64_t withheld) {
        const MirroredLog log = first_log(node);
        EXPECT_EQ(log.missing, missing);
        EXPECT_EQ(log.withheld, withheld);
    }
    // All that a reader is shown, to the byte.
    static std::string shown(NetNode& node, const ledger::Viewer& viewer = {}) {
        std::string text;
        const auto session = node.node().database().snapshot();
        const auto readable = ledger::readable_by(**session, viewer);
        EXPECT_TRUE((*session)->each(
            "SELECT s.id, o.position, i.audience, o.data FROM intelligence_objects i JOIN objects o ON "
            "o.added "
            "= i.added JOIN statements s ON s.seq = i.seq WHERE " +
                std::string(intelligence::kNotWithdrawn) + " ORDER BY s.id, o.position",
            {}, [&](const db::Row& row) {
                if (readable->contains(row.integer(2)))
                    text += fmt::format("{} {} {}\n", row.digest(0).hex(), row.integer(1), row.text(3));
                return true;
            }));
        return text;
    }
    static void expect_steady(NetNode& node) {
        node.expect_sound();
        const Digest before = node.views();
        ASSERT_TRUE(node.node().ledger().rebuild({}));
        EXPECT_EQ(node.views(), before);
    }

    Community community_{{"ke", "fr", "no"}};
    NetNode a_{"a.example/log"};
    NetNode b_{"b.example/log"};
    NetNode c_{"c.example/log"};
};

TEST_F(Holes, WhoJoinsLaterHasAllButWhatItMayNotReadAndTheRestOnceItMay) {
    share(0, 1000, {17});
    const Digest withdrawal = withdraw(a_, "ke", 500);
    b_.must_sync_with(a_);
    expect_lacking(b_, 0, 2);
    EXPECT_EQ(shown(b_), shown(a_));
    EXPECT_EQ(std::ranges::count(shown(b_), '\n'), 998);
    expect_steady(b_);
    b_.must_sync_with(a_);  // asked again, and answered the same
    expect_lacking(b_, 0, 2);
    mark(a_, "ke", 17, Community::clear());
    b_.must_sync_with(a_);
    expect_lacking(b_, 0, 1);
    EXPECT_EQ(shown(b_), shown(a_));
    expect_steady(b_);
    erase(a_, "ke", withdrawal);
    b_.must_sync_with(a_);
    expect_lacking(b_, 0, 0);
    EXPECT_EQ(b_.views(), a_.views());
    EXPECT_EQ(std::ranges::count(shown(b_), '\n'), 1000);
    expect_steady(b_);
}

TEST_F(Holes, AnAccountThatMayReadMoreFillsThem) {
    std::vector<std::string> objects{indicator(1), indicator(2, kMarkedGreen), indicator(3, kMarkedRed)};
    share(a_, "ke", objects);
    b_.must_sync_with(a_);
    expect_lacking(b_, 0, 2);
    a_.add_account("node@fr");
    b_.must_sync_with(a_, a_.token("node@fr"));
    expect_lacking(b_, 0, 1);
    const ledger::Viewer fr{"fr", {}, false, {}};
    EXPECT_EQ(shown(b_, fr), shown(a_, fr));
    expect_steady(b_);
}

TEST_F(Holes, APassedOnHashIsFilledFromWhoeverHasTheObject) {
    a_.submit(announce(community_, "ke", a_));
    share(0, 20, {3, 4});
    b_.must_sync_with(a_);
    b_.submit(announce(community_, "fr", b_));
    ASSERT_TRUE(c_.join_by(b_, community_.id()));
    c_.must_sync_with(b_);
    EXPECT_EQ(shown(c_), shown(b_));
    EXPECT_EQ(c_.views(), b_.views());
    mark(a_, "ke", 3, Community::clear());
    c_.must_sync_with(b_);  // which does not know yet
    c_.must_sync_with(a_);
    EXPECT_EQ(shown(c_), shown(a_));
    b_.must_sync_with(c_);  // not from a, which need not be there
    EXPECT_EQ(shown(b_), shown(a_));
    EXPECT_EQ(b_.views(), c_.views());
    for (NetNode* node : {&b_, &c_}) expect_steady(*node);
}

TEST_F(Holes, ManyObjectsAreAskedForByThemselvesAndSoIsWhatOpens) {
    std::vector<std::string> objects;
    for (unsigned n = 0; n < 2500; ++n) {
        objects.push_back(indicator(n, n % 40 == 7 ? kMarkedRed : ""));
        objects.back().insert(objects.back().size() - 1,
                              R"(,"description":")" + std::string(3000, 'x') + "\"");
    }
    share(a_, "ke", objects);
    b_.must_sync_with(a_);
    expect_lacking(b_, 0, 63);
    EXPECT_EQ(shown(b_), shown(a_));
    for (const unsigned n : {7U, 1207U, 2487U}) mark(a_, "ke", n, Community::clear());
    const auto synced = b_.sync_with(a_);
    ASSERT_TRUE(synced) << synced.error().message();
    EXPECT_EQ(synced->objects, 3U);
    expect_lacking(b_, 0, 60);
    EXPECT_EQ(shown(b_), shown(a_));
    expect_steady(b_);
}

TEST_F(Holes, AFileCarriesThemAsTheLineDoes) {
    comity::testing::TemporaryFolder folder;
    const auto carry = [&](const std::string& name) {
        const auto out = carry_out(a_.node().ledger(), a_.node().mirrors(), folder / name, {});
        ASSERT_TRUE(out) << out.error().message();
        auto file = CarryFile::open(folder / name);
        ASSERT_TRUE(file) << file.error().message();
        ASSERT_TRUE(b_.node().mirrors().log(a_.log_key(), a_.cosigner_key()));
        const auto synced = sync_all(b_.node().ledger(), b_.node().mirrors(), **file, {});
        ASSERT_TRUE(synced) << synced.error().message();
        EXPECT_EQ(synced->fault, "");
    };
    share(0, 30, {5});
    std::vector<std::string> large;
    for (unsigned n = 100; n < 110; ++n) {  // which does not go with its package
        large.push_back(indicator(n, n == 104 || n == 107 ? kMarkedRed : ""));
        large.back().insert(large.back().size() - 1,
                            R"(,"description":")" + std::string(500'000, 'x') + "\"");
    }
    share(a_, "ke", large);
    carry("first.carry");
    expect_lacking(b_, 0, 3);
    EXPECT_EQ(shown(b_), shown(a_));
    mark(a_, "ke", 5, Community::clear());
    mark(a_, "ke", 104, Community::clear());
    carry("second.carry");
    expect_lacking(b_, 0, 1);
    EXPECT_EQ(shown(b_), shown(a_));
    expect_steady(b_);
}

TEST_F(Holes, AnErasedShareTakesItsHolesAlong) {
    const Digest id = share(0, 5, {2});
    share(10, 5, {12});
    b_.must_sync_with(a_);
    expect_lacking(b_, 0, 2);
    erase(a_, "ke", id);
    b_.must_sync_with(a_);
    expect_lacking(b_, 0, 1);
    EXPECT_EQ(shown(b_), shown(a_));
    expect_steady(b_);
}

TEST_F(Holes, WhoWithholdsWhatIsForAllIsToldOnceItCameOtherwise) {
    share(0, 10);
    LyingSource liar(a_);
    liar.on_package = [](std::vector<OfferedStatement>& offers) {
        for (OfferedStatement& offer : offers) {
            if (offer.objects.size() < 10 || offer.objects[4].empty()) continue;
            offer.holes.push_back({4, log::leaf_hash(as_bytes(offer.objects[4]))});
            offer.objects[4].clear();
        }
    };
    const Peer peer = b_.peer_of(a_, "liar");
    const auto follow = [&](PeerSource& source) {
        const auto synced = federation::sync(b_.node().ledger(), b_.node().mirrors(), source, peer, {});
        EXPECT_TRUE(synced) << synced.error().message();
        return synced.value_or(Synced{});
    };
    EXPECT_EQ(follow(liar).fault, "") << "it may be marked, for all that b knows";
    expect_lacking(b_, 0, 1);
    c_.must_sync_with(a_);
    b_.must_sync_with(c_);
    expect_lacking(b_, 0, 0);
    EXPECT_EQ(b_.views(), c_.views());
    EXPECT_THAT(follow(liar).fault, HasSubstr("withholds 1 objects"));
    const auto unduly = b_.node().mirrors().withheld_unduly();
    ASSERT_TRUE(unduly);
    EXPECT_EQ(*unduly, (std::map<std::string, std::uint64_t>{{a_.log_key().text(), 1}}));
    ShelfSource honest(a_);
    EXPECT_EQ(follow(honest).fault, "");
    EXPECT_TRUE(b_.node().mirrors().withheld_unduly()->empty());
}

TEST_F(Holes, NobodyIsBlamedForWhatMayNotBeReadThere) {
    share(0, 10, {4});
    b_.must_sync_with(a_);
    a_.add_account("amina@ke");
    c_.must_sync_with(a_, a_.token("amina@ke"));  // whose own it is
    c_.add_account("amina@ke");
    b_.must_sync_with(c_, c_.token("amina@ke"));
    expect_lacking(b_, 0, 0);
    b_.must_sync_with(a_);  // as the public reads
    EXPECT_TRUE(b_.node().mirrors().withheld_unduly()->empty());
}

TEST_F(Holes, AWrongHashOrObjectComesInByNoWay) {
    share(0, 10, {4});
    LyingSource liar(a_);
    const Peer peer = b_.peer_of(a_, "liar");
    const auto follow = [&] {
        return federation::sync(b_.node().ledger(), b_.node().mirrors(), liar, peer, {});
    };
    liar.on_package = [](std::vector<OfferedStatement>& offers) {
        for (OfferedStatement& offer : offers) {
            if (!offer.holes.empty()) offer.holes[0].hash.bytes[3] ^= 1;
        }
    };
    EXPECT_THAT(follow()->fault, HasSubstr("root"));
    expect_lacking(b_, 1, 0);
    b_.must_sync_with(a_);
    expect_lacking(b_, 0, 1);
    liar.on_package = [](std::vector<OfferedStatement>& offers) {
        for (OfferedStatement& offer : offers) {
            if (offer.objects.size() == 10) offer.objects[4] = indicator(4);
            offer.holes.clear();
        }
    };
    EXPECT_THAT(follow()->fault, HasSubstr("root"));
    expect_lacking(b_, 0, 1);
    EXPECT_EQ(shown(b_), shown(a_));
    expect_steady(b_);
}

// Random acts at two nodes; a third and a fourth, which may read as much as the public and as fr, are there
// now and then and from some moment on.
TEST_F(Holes, WhoeverMayReadTheSameIsShownTheSame) {
    const unsigned first = std::random_device()() % 1'000'000;
    for (unsigned seed = first; seed < first + 4; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937 random(seed);
        NetNode nodes[] = {NetNode("a.example/log"), NetNode("b.example/log"), NetNode("c.example/log"),
                           NetNode("d.example/log")};
        NetNode& a = nodes[0];
        NetNode& b = nodes[1];
        for (NetNode& node : nodes) {
            node.add_account("node@fr");
            node.add_account("node@ke");
        }
        a.submit(community_.charter());
        a.submit(announce(community_, "ke", a));
        // That one withholds what it does not have itself yet may be told: it is no failure.
        const auto sync = [](NetNode& node, NetNode& from, const std::string& account) {
            const auto synced = node.sync_with(from, account.empty() ? "" : from.token(account));
            EXPECT_TRUE(synced) << synced.error().message();
        };
        const auto whole = [&] {  // the two who may read all but what is withdrawn
            sync(a, b, "node@ke");
            sync(b, a, "node@ke");
        };
        whole();
        b.submit(announce(community_, "no", b));
        std::vector<Digest> withdrawals;
        for (unsigned n = 0; n < 30; ++n) {
            NetNode& node = nodes[random() % 2];
            const unsigned some = static_cast<unsigned>(random() % 12);
            switch (random() % 6) {
                case 0:
                    withdrawals.push_back(withdraw(node, "ke", some));
                    break;
                case 1:
                    if (!withdrawals.empty()) erase(node, "ke", withdrawals[random() % withdrawals.size()]);
                    break;
                case 2: {
                    const ledger::Audience audiences[] = {Community::clear(),
                                                          {ledger::Tlp::kGreen, {}, {}, {}},
                                                          {ledger::Tlp::kAmber, {"fr"}, {}, {}},
                                                          {ledger::Tlp::kRed, {}, {}, {"amina@ke"}}};
                    mark(node, "ke", some, audiences[random() % 4]);
                    break;
                }
                default: {
                    std::vector<std::string> objects;
                    for (unsigned k = some; k < 12; ++k) {
                        const auto how = random() % 4;
                        objects.push_back(indicator(k, how == 0 ? kMarkedRed : how == 1 ? kMarkedGreen : ""));
                    }
                    if (!objects.empty()) share(node, "ke", std::move(objects));
                }
            }
            if (random() % 3 == 0) whole();
            if (n > 10 && random() % 4 == 0) sync(nodes[2], nodes[random() % 2], "");
            if (n > 20 && random() % 4 == 0) sync(nodes[3], nodes[random() % 2], "node@fr");
        }
        for (int round = 0; round < 2; ++round) whole();
        for (int round = 0; round < 2; ++round) {
            for (unsigned from : {0U, 1U}) {
                sync(nodes[2], nodes[from], "");
                sync(nodes[3], nodes[from], "node@fr");
            }
        }
        const ledger::Viewer fr{"fr", {}, false, {}};
        const ledger::Viewer ke{"ke", {}, true, {}};
        EXPECT_EQ(shown(a, ke), shown(b, ke));
        EXPECT_EQ(shown(nodes[2]), shown(a));
        EXPECT_EQ(shown(nodes[3]), shown(a));
        EXPECT_EQ(shown(nodes[3], fr), shown(a, fr));
        for (NetNode& node : nodes) expect_steady(node);
        if (HasFailure()) return;
    }
}

}  // namespace
}  // namespace comity::federation::testing
