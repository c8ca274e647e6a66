// Law 1 over the line: nodes that follow each other's logs come to the same views, whatever entered where.
#include <latch>
#include <random>

#include "federation/erasing.h"
#include "network.h"

namespace comity::federation::testing {
namespace {

using comity::testing::indicator;

class Mirror : public ::testing::Test {
  protected:
    Community community_{{"ke", "fr", "no"}};
    NetNode a_{"a.example/log"};
    NetNode b_{"b.example/log"};
    NetNode c_{"c.example/log"};
};

TEST_F(Mirror, HasTheSameViewsToTheByte) {
    a_.submit(community_.charter());
    std::latch all(700);
    for (unsigned n = 0; n < 700; ++n) {  // over several packages
        if (n % 100 == 0) a_.clock().advance_seconds(7);
        const auto done = [&](Result<ledger::Receipt> receipt) {
            EXPECT_TRUE(receipt);
            all.count_down();
        };
        a_.node().ledger().submit(community_.share("ke", {indicator(2 * n), indicator(2 * n + 1)}), done);
    }
    all.wait();
    a_.submit(community_.admission("fr", "newcomer"));
    b_.must_sync_with(a_);
    EXPECT_EQ(b_.views(), a_.views());
    EXPECT_EQ(b_.statements(), 702U);
    b_.expect_sound();
    // And goes on from where it was.
    a_.clock().advance_seconds(3);
    a_.submit(community_.share("newcomer", {indicator(9999)}));
    const auto more = b_.sync_with(a_);
    ASSERT_TRUE(more) << more.error().message();
    EXPECT_EQ(more->entries, 1U);
    EXPECT_EQ(b_.views(), a_.views());
}

// Who is to follow a new node finds its announcement there, and nowhere else.
TEST_F(Mirror, AnAnnouncementInItsOwnLogAloneIsTheMembersWord) {
    a_.submit(community_.charter());
    b_.must_sync_with(a_);
    HttpSource source({.url = b_.address(), .token = {}});
    const auto shown = [&](ledger::Witnessed at) {
        return shown_announcement(source, *a_.node().ledger().roll(), b_.log_key(), at);
    };
    const ledger::Witnessed now = a_.clock().now().seconds();
    ASSERT_TRUE(shown(now));
    EXPECT_FALSE(*shown(now)) << "nobody has said whose it is";
    b_.submit(announce(community_, "ke", a_));
    EXPECT_FALSE(*shown(now)) << "that was another log";
    // One whose admission stands in that log alone is nobody here.
    b_.submit(community_.admission("fr", "newcomer"));
    b_.submit(announce(community_, "newcomer", b_));
    EXPECT_FALSE(*shown(now));
    b_.clock().advance_seconds(1);
    b_.submit(announce(community_, "fr", b_));
    const auto said = shown(now);
    ASSERT_TRUE(said && *said);
    EXPECT_EQ((*said)->cosigner, b_.cosigner_key());
    EXPECT_EQ((*said)->witness, b_.node().witness().key());
}

TEST_F(Mirror, OfAMirrorIsOneTooAndTheOriginNeedNotBeThere) {
    a_.submit(community_.charter());
    a_.submit(announce(community_, "ke", a_));
    for (unsigned n = 0; n < 300; ++n) {
        a_.clock().advance_seconds(n % 3);
        a_.submit(community_.share("ke", {indicator(n)}));
    }
    b_.must_sync_with(a_);
    b_.submit(announce(community_, "fr", b_));
    for (unsigned n = 300; n < 320; ++n) b_.submit(community_.share("fr", {indicator(n)}));
    const auto joined = c_.join_by(b_, community_.id());
    ASSERT_TRUE(joined) << joined.error().message();
    EXPECT_EQ(joined->origins.size(), 2U);
    c_.must_sync_with(b_);
    EXPECT_EQ(c_.views(), b_.views());
    EXPECT_EQ(c_.statements(), 323U);
    a_.must_sync_with(b_);
    EXPECT_EQ(a_.views(), c_.views());
}

TEST_F(Mirror, JoinsOnlyTheCommunityItWasTold) {
    a_.submit(community_.charter());
    EXPECT_EQ(b_.join_by(a_, community_.id()).error().kind, ErrorKind::kRefused)
        << "a's log is announced by nobody";
    a_.submit(announce(community_, "ke", a_));
    Community other({"ke", "fr"});
    EXPECT_EQ(b_.join_by(a_, other.id()).error().kind, ErrorKind::kNotFound);
    EXPECT_EQ(b_.statements(), 0U);
    ASSERT_TRUE(b_.join_by(a_, community_.id()));
    b_.must_sync_with(a_);
    EXPECT_EQ(b_.views(), a_.views());
    c_.submit(other.charter());
    EXPECT_EQ(c_.join_by(a_, community_.id()).error().kind, ErrorKind::kConflict);
}

TEST_F(Mirror, AgreesWithStatementsThatEnterAtAnySideOrAtBoth) {
    std::mt19937 random(5);
    a_.submit(community_.charter());
    a_.submit(announce(community_, "ke", a_));
    b_.must_sync_with(a_);
    c_.must_sync_with(a_);
    b_.submit(announce(community_, "fr", b_));
    c_.submit(announce(community_, "no", c_));
    NetNode* const nodes[] = {&a_, &b_, &c_};
    std::vector<std::string> members{"ke", "fr", "no"};
    for (unsigned n = 0; n < 120; ++n) {
        for (NetNode* node : nodes) node->clock().advance_seconds(random() % 2);
        const std::string author = members[random() % members.size()];
        NetNode& node = *nodes[random() % 3];
        ledger::Submission item;
        switch (random() % 8) {
            case 0:
                members.push_back(fmt::format("m{}", n));
                item.envelope = community_.admission(author, members.back()).write();
                break;
            case 1:
                item.envelope = community_.group(author, "team", {members[random() % 3]}).write();
                break;
            default:
                item = community_.share(author, {indicator(n), indicator(1000 + n)});
        }
        const auto taken = node.node().ledger().submit(item);
        if (!taken) {  // its author is not known there yet
            EXPECT_EQ(taken.error().kind, ErrorKind::kRefused) << taken.error().message();
            node.must_sync_with(*nodes[(random() % 2 + 1 + static_cast<std::size_t>(&node == &b_)) % 3]);
            continue;
        }
        if (random() % 4 == 0) {  // the same at another too
            (void)nodes[random() % 3]->node().ledger().submit(item);
        }
        if (random() % 5 == 0) nodes[random() % 3]->must_sync_with(*nodes[random() % 3 == 0 ? 1 : 0]);
    }
    for (int round = 0; round < 2; ++round) {
        for (NetNode* one : nodes) {
            for (NetNode* other : nodes) {
                if (one != other) one->must_sync_with(*other);
            }
        }
    }
    EXPECT_EQ(b_.views(), a_.views());
    EXPECT_EQ(c_.views(), a_.views());
    for (NetNode* node : nodes) node->expect_sound();
}

TEST_F(Mirror, GetsOnlyWhatItsAccountMayReadAndTheRestOnceItMay) {
    a_.submit(community_.charter());
    const ledger::Audience amber{ledger::Tlp::kAmber, {"fr"}, {}, {}};
    a_.submit(community_.share("ke", {indicator(1)}));
    a_.submit(community_.share("ke", {indicator(2)}, amber));
    a_.submit(community_.share("ke", {indicator(3)}, {ledger::Tlp::kRed, {}, {}, {"amina@ke"}}));
    b_.must_sync_with(a_);
    EXPECT_EQ(b_.statements(), 2U);
    auto logs = b_.node().mirrors().logs();
    ASSERT_TRUE(logs);
    EXPECT_EQ(logs->front().applied.size(), 4U);
    EXPECT_EQ(logs->front().missing, 2U);
    a_.add_account("node@fr");
    b_.must_sync_with(a_, a_.token("node@fr"));
    EXPECT_EQ(b_.statements(), 3U);
    logs = b_.node().mirrors().logs();
    EXPECT_EQ(logs->front().missing, 1U);
}

TEST_F(Mirror, CountsWhatWasErasedBeforeItCameAsErasedAndNotAsMissing) {
    const auto erase = [&](const std::string& author, const Digest& target) {
        a_.submit(community_.statement(author, kErasure, ErasureBody{.statement = target}.json()));
    };
    a_.submit(community_.charter());
    const Digest gone = a_.submit(community_.share("ke", {indicator(1)})).id;
    const ledger::Audience amber{ledger::Tlp::kAmber, {"fr"}, {}, {}};
    const Digest hidden = a_.submit(community_.share("ke", {indicator(2)}, amber)).id;
    const Digest claimed = a_.submit(community_.share("ke", {indicator(3)}, amber)).id;
    erase("ke", gone);
    erase("no", claimed);  // which is not its own
    b_.must_sync_with(a_);
    auto logs = b_.node().mirrors().logs();
    ASSERT_TRUE(logs);
    EXPECT_EQ(logs->front().missing, 1U);
    EXPECT_EQ(logs->front().erased, 2U);
    EXPECT_TRUE(a_.node().ledger().prove(gone));
    // It asks all the same, and so finds out whose claim holds.
    a_.add_account("node@fr");
    b_.must_sync_with(a_, a_.token("node@fr"));
    logs = b_.node().mirrors().logs();
    ASSERT_TRUE(logs);
    EXPECT_EQ(logs->front().missing, 0U);
    EXPECT_EQ(logs->front().erased, 1U);
    const ledger::Viewer reader{"fr", {}, false, {}};
    EXPECT_TRUE(b_.node().ledger().find(reader, hidden));
    EXPECT_TRUE(b_.node().ledger().find(reader, claimed)) << "hidden by another's claim";
    EXPECT_FALSE(b_.node().ledger().find(reader, gone));
    EXPECT_EQ(b_.views(), a_.views());
    b_.expect_sound();
}

TEST_F(Mirror, TakesAttachmentsAndManyObjectsByThemselves) {
    a_.submit(community_.charter());
    std::vector<std::string> objects;
    for (unsigned n = 0; n < 2500; ++n)
        objects.push_back(indicator(n) + std::string(3000, ' ').insert(0, ""));
    for (std::string& object : objects) {
        const std::size_t end = object.find_last_of('}');
        object = object.substr(0, end + 1);
        object.insert(object.size() - 1, R"(,"description":")" + std::string(3000, 'x') + "\"");
    }
    a_.submit(community_.share("ke", objects));
    b_.must_sync_with(a_);
    EXPECT_EQ(b_.views(), a_.views());
    b_.expect_sound();
}

TEST_F(Mirror, GoesOnWhereItWasStoppedAnywhere) {
    a_.submit(community_.charter());
    for (unsigned n = 0; n < 1500; ++n)
        a_.node().ledger().submit(community_.share("ke", {indicator(n)}), [](auto) {});
    a_.submit(community_.share("ke", {indicator(99999)}));
    for (int tries = 0; b_.views() != a_.views(); ++tries) {
        ASSERT_LT(tries, 20);
        bool stepped = false;
        const auto synced = b_.sync_with(a_, {},
                                         {.packages_at_once = 1,
                                          .on_step = [&](auto&, auto, auto) { stepped = true; },
                                          .stopped = [&] { return stepped; }});
        ASSERT_TRUE(synced) << synced.error().message();
        EXPECT_LE(synced->entries, 256U);
    }
    b_.expect_sound();
}

}  // namespace
}  // namespace comity::federation::testing
