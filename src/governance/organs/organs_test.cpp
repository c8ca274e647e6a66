#include "governance/organs/organs.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "governance/forms.h"
#include "governance/procedure/read.h"
#include "governance/voting/books.h"
#include "governance/voting/store.h"
#include "testing/community.h"

namespace comity::governance {
namespace {

using ledger::Witnessed;
using testing::Community;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Witnessed kNow = 1'760'000'000;
constexpr Witnessed kOpen = 3 * kDay;  // how long votes are open

json::Object majority(const std::string& id = "quick") {
    return {{"id", id},
            {"title", "A majority"},
            {"electorate", json::Object{{"everybody", true}}},
            {"adopted", json::Object{{"of", "yes"}, {"base", "cast"}, {"more_than", "1/2"}}}};
}

json::Object founding(const std::string& id, const std::vector<std::string>& holders,
                      const std::string& parent = "") {
    json::Object part{{"act", "found"}, {"id", id}, {"procedure", majority("of-seats")}};
    json::Array seats;
    for (const std::string& holder : holders)
        seats.push_back(json::Object{{"seat", "s-" + holder}, {"member", holder}});
    part["seats"] = std::move(seats);
    if (!parent.empty()) part["parent"] = parent;
    return part;
}

json::Object with(json::Object part, const std::string& name, json::Value value) {
    part[name] = std::move(value);
    return part;
}

std::string organ_refusal(const json::Object& part) {
    const auto read = parse_organ_part(part, "body.body");
    return read ? "read" : read.error().message();
}

// Classes go by the length of an id, six of them.
class Bodies : public ::testing::Test {
  protected:
    Bodies() { said(community_.charter(), kNow); }

    Digest said(const crypto::Envelope& envelope, Witnessed at) {
        EXPECT_TRUE(acts_.add(envelope.write(), at));
        return envelope.digest();
    }
    Digest say(const std::string& member, std::string_view type, json::Object body, Witnessed at) {
        return said(community_.statement(member, type, std::move(body)), at);
    }
    Digest propose(json::Object part, Witnessed at) {
        json::Object body{{"texts", json::Array{json::Object{
                                        {"language", "en"}, {"title", "A body"}, {"text", "Its mandate."}}}}};
        if (!part.empty()) body["body"] = std::move(part);
        return say("a1", kProposal, std::move(body), at);
    }
    // Opened three days before the close, put to the body if one is named; voted for by all of `yes`.
    Digest vote(const Digest& version, Witnessed closes, const std::vector<std::string>& yes,
                const std::string& to = "", std::optional<json::Value> procedure = std::nullopt) {
        OpeningBody opening;
        opening.version = version;
        opening.organ = to;
        opening.closes = Time::from_seconds(closes);
        if (procedure) {
            opening.procedure_json = *procedure;
        } else if (to.empty()) {
            opening.procedure_json = majority();
        } else {
            const OrganBook known = book();
            const Organ* organ = known.find(to, closes - kOpen);
            EXPECT_NE(organ, nullptr) << to;
            if (organ != nullptr)
                opening.procedure_json = procedure_of_seats(organ->part.procedure_json,
                                                            holders_of(organ->part.seats, closes - kOpen));
        }
        const Digest opened = say("a1", kOpening, opening_json(opening), closes - kOpen);
        for (const std::string& member : yes) {
            BallotBody ballot;
            ballot.opening = opened;
            ballot.version = version;
            ballot.choice = Choice::kYes;
            say(member, kBallot, ballot_json(ballot), closes - 10);
        }
        return opened;
    }
    Digest adopted(json::Object part, Witnessed closes, const std::string& to = "",
                   const std::vector<std::string>& yes = {"a1", "b1"}) {
        return vote(propose(std::move(part), closes - 4 * kDay), closes, yes, to);
    }
    OrganBook book(std::span<const Act> acts) {
        auto made = books_of(acts, verified_signatures());
        EXPECT_TRUE(made) << made.error().message();
        return made ? made->organs : OrganBook();
    }
    OrganBook book() { return book(acts_.all()); }
    Result<Tally> count(const Digest& opening) { return tally(acts_.all(), opening, verified_signatures()); }
    std::string last_objection() {
        const OrganBook known = book();
        return known.acts().empty() ? "nothing was adopted" : known.acts().back().objection;
    }

    Community community_{{"a1", "b1", "c1", "a12", "b12", "a123"}};
    Acts acts_;
};

TEST_F(Bodies, AreFoundedByAVoteOfAllAndDecideByTheirSeats) {
    adopted(with(founding("steering", {"a1", "a12", "b12"}), "powers", json::Array{"rules"}),
            kNow + 10 * kDay);
    const OrganBook known = book();
    EXPECT_EQ(known.find("steering", kNow + 10 * kDay), nullptr) << "ballots still count in that second";
    const Organ* steering = known.find("steering", kNow + 10 * kDay + 1);
    ASSERT_NE(steering, nullptr);
    EXPECT_EQ(steering->mandate.shown("en").text, "Its mandate.");

    const Digest opening =
        vote(propose({}, kNow + 11 * kDay), kNow + 20 * kDay, {"a12", "b12", "c1"}, "steering");
    const auto tally = count(opening);
    ASSERT_TRUE(tally) << tally.error().message();
    EXPECT_EQ(tally->verdict.outcome, Outcome::kAdopted);
    std::vector<std::string> called;
    for (const RollCallLine& line : tally->roll_call) called.push_back(line.member);
    EXPECT_THAT(called, ElementsAre("a1", "a12", "b12"));
    ASSERT_EQ(tally->disregarded.size(), 1U);
    EXPECT_EQ(tally->disregarded[0].why, Disregarded::Why::kForeign) << "c1 holds no seat";
    ASSERT_TRUE(tally->put_to);
    EXPECT_TRUE(tally->put_to->has_power("rules"));
    EXPECT_FALSE(tally->put_to->has_power("bodies"));
    const json::Object form = tally_json(*tally);
    EXPECT_EQ(form.at("body").at("id"), "steering");
    EXPECT_EQ(form.at("roll_call").at(0).at("seat"), "s-a1");
}

TEST_F(Bodies, AVoteIsVoidThatHasNotTheBodysProcedureAndSeats) {
    adopted(founding("steering", {"a1", "a12"}), kNow + 10 * kDay);
    const Digest text = propose({}, kNow + 11 * kDay);
    const auto refusal = [&](const std::string& to, const json::Object& procedure) {
        const auto tally = count(vote(text, kNow + 20 * kDay, {"a1"}, to, procedure));
        return tally ? "counted" : tally.error().message();
    };
    EXPECT_THAT(refusal("steering", majority("of-seats")), HasSubstr("is not that of steering"));
    EXPECT_THAT(refusal("steering", with(majority("of-seats"), "electorate",
                                         json::Object{{"members", json::Array{"a1", "c1"}}})),
                HasSubstr("with its seats as they are: a1, a12"));
    EXPECT_THAT(refusal("steering", with(majority("mine"), "electorate",
                                         json::Object{{"members", json::Array{"a1", "a12"}}})),
                HasSubstr("is not that of steering"));
    EXPECT_THAT(refusal("nothing", majority()), HasSubstr("there was no body nothing"));
    EXPECT_EQ(refusal("steering", with(majority("of-seats"), "electorate",
                                       json::Object{{"members", json::Array{"a1", "a12"}}})),
              "counted");
}

TEST_F(Bodies, SeatsChangeByAppointmentAndByTheirTerms) {
    json::Object part = founding("steering", {"a1", "b1", "c1"});
    part["seats"].get_array()[2].get_object()["until"] =
        format_time_millis(Time::from_seconds(kNow + 15 * kDay));
    adopted(std::move(part), kNow + 10 * kDay);
    const auto holders = [&](Witnessed at) {
        const OrganBook known = book();
        const Organ* organ = known.find("steering", at);
        return organ == nullptr ? std::vector<std::string>() : holders_of(organ->part.seats, at);
    };
    EXPECT_THAT(holders(kNow + 15 * kDay - 1), ElementsAre("a1", "b1", "c1"));
    EXPECT_THAT(holders(kNow + 15 * kDay), ElementsAre("a1", "b1"));
    json::Object appoint = founding("steering", {"a12"});
    appoint.erase("procedure");
    appoint["act"] = "appoint";
    appoint["seats"].get_array()[0].get_object()["person"] = "amina";
    adopted(appoint, kNow + 30 * kDay);
    EXPECT_THAT(holders(kNow + 30 * kDay), ElementsAre("a1", "b1"));
    EXPECT_THAT(holders(kNow + 30 * kDay + 1), ElementsAre("a12"));
    EXPECT_EQ(book().find("steering", kNow + 31 * kDay)->mandate.shown("en").title, "A body");
    // A member that has left votes no more, whatever seat it has.
    said(community_.departure("a12"), kNow + 31 * kDay);
    const auto tally = count(vote(propose({}, kNow + 32 * kDay), kNow + 40 * kDay, {}, "steering"));
    ASSERT_FALSE(tally);
    EXPECT_THAT(tally.error().message(), HasSubstr("nobody could vote"));
}

TEST_F(Bodies, ActOnThoseUnderThemAsFarAsTheirMandateGoes) {
    adopted(founding("advisory", {"a1", "b1"}), kNow + 10 * kDay);
    adopted(with(founding("steering", {"a1", "b1"}), "powers", json::Array{"bodies"}), kNow + 11 * kDay);
    adopted(founding("wg", {"a12"}, "advisory"), kNow + 20 * kDay, "advisory");
    EXPECT_THAT(last_objection(), HasSubstr("the mandate of advisory does not let it found bodies"));
    adopted(founding("wg", {"a12"}), kNow + 21 * kDay, "steering");
    EXPECT_THAT(last_objection(), HasSubstr("under itself alone"));
    adopted(founding("wg", {"a12"}, "steering"), kNow + 22 * kDay, "steering");
    EXPECT_THAT(last_objection(), IsEmpty());
    adopted(founding("sub", {"b12"}, "wg"), kNow + 23 * kDay, "steering");
    EXPECT_THAT(last_objection(), IsEmpty());
    adopted({{"act", "dissolve"}, {"id", "wg"}}, kNow + 24 * kDay, "advisory");
    EXPECT_THAT(last_objection(), HasSubstr("advisory is not above wg"));
    adopted({{"act", "dissolve"}, {"id", "steering"}}, kNow + 25 * kDay, "steering");
    EXPECT_THAT(last_objection(), HasSubstr("steering is not above steering"));
    adopted({{"act", "dissolve"}, {"id", "wg"}}, kNow + 26 * kDay, "steering");
    const OrganBook known = book();
    EXPECT_EQ(known.find("wg", kNow + 27 * kDay), nullptr);
    EXPECT_EQ(known.find("sub", kNow + 27 * kDay), nullptr);
    EXPECT_NE(known.find("sub", kNow + 26 * kDay), nullptr);
    const auto end = known.end_of(*known.last("sub", kNow + 27 * kDay), kNow + 27 * kDay);
    ASSERT_TRUE(end);
    EXPECT_EQ(end->first, kNow + 26 * kDay + 1);
    EXPECT_EQ(end->second, "with wg: dissolved");
}

TEST_F(Bodies, WhatHasEndedStaysEndedWhenItsParentIsFoundedAnew) {
    adopted(with(founding("steering", {"a1"}), "until",
                 json::Value(format_time_millis(Time::from_seconds(kNow + 20 * kDay)))),
            kNow + 10 * kDay);
    adopted(founding("wg", {"a12"}, "steering"), kNow + 15 * kDay);
    adopted(founding("steering", {"b1"}), kNow + 30 * kDay);
    const OrganBook known = book();
    EXPECT_THAT(last_objection(), IsEmpty());
    EXPECT_NE(known.find("wg", kNow + 20 * kDay - 1), nullptr);
    EXPECT_EQ(known.find("wg", kNow + 20 * kDay), nullptr);
    EXPECT_EQ(known.find("steering", kNow + 25 * kDay), nullptr);
    EXPECT_NE(known.find("steering", kNow + 31 * kDay), nullptr);
    EXPECT_EQ(known.find("wg", kNow + 31 * kDay), nullptr);
    const Witnessed later = kNow + 31 * kDay;
    EXPECT_EQ(known.end_of(*known.last("wg", later), later)->first, kNow + 20 * kDay);
    EXPECT_EQ(known.end_of(*known.last("wg", later), later)->second, "with steering: its time was over");
}

TEST_F(Bodies, MandatesDoNotGoRound) {
    adopted(founding("steering", {"a1"}), kNow + 10 * kDay);
    adopted(founding("wg", {"a12"}, "steering"), kNow + 11 * kDay);
    adopted(founding("sub", {"a12"}, "wg"), kNow + 12 * kDay);
    adopted(with(founding("steering", {"a1"}, "sub"), "act", "amend"), kNow + 20 * kDay);
    EXPECT_THAT(last_objection(), HasSubstr("sub is itself under steering"));
    // Two at once, of which each alone would do: the one that closed first counts.
    adopted(founding("one", {"a1"}), kNow + 21 * kDay);
    adopted(founding("two", {"a1"}), kNow + 22 * kDay);
    adopted(with(founding("one", {"a1"}, "two"), "act", "amend"), kNow + 30 * kDay);
    adopted(with(founding("two", {"a1"}, "one"), "act", "amend"), kNow + 30 * kDay + 5);
    EXPECT_THAT(last_objection(), HasSubstr("one is itself under two"));
    EXPECT_EQ(book().find("one", kNow + 31 * kDay)->part.parent, "two");
    EXPECT_THAT(organ_refusal(founding("steering", {"a1"}, "steering")), HasSubstr("would go round"));
}

TEST_F(Bodies, AreNotFoundedBehindTheBackOfMost) {
    const Digest text = propose(founding("cabal", {"a1"}), kNow + 5 * kDay);
    vote(text, kNow + 10 * kDay, {"a1"}, "",
         with(majority(), "electorate", json::Object{{"members", json::Array{"a1"}}}));
    EXPECT_THAT(last_objection(), HasSubstr("not everybody could vote"));
    vote(text, kNow + 20 * kDay, {"a1", "b1"});
    EXPECT_THAT(last_objection(), IsEmpty());
    EXPECT_NE(book().find("cabal", kNow + 21 * kDay), nullptr);
    vote(text, kNow + 30 * kDay, {"a1", "b1"});
    EXPECT_THAT(last_objection(), HasSubstr("there is a body cabal already"));
}

TEST_F(Bodies, WhatCouldDecideNothingIsRefusedWithThePlace) {
    const auto changed = [](const std::string& name, json::Value value) {
        return organ_refusal(with(founding("wg", {"a1", "b1"}), name, std::move(value)));
    };
    EXPECT_EQ(organ_refusal(founding("wg", {"a1"})), "read");
    EXPECT_THAT(organ_refusal(founding("wg", {})), HasSubstr("body.body.seats"));
    EXPECT_THAT(changed("seats", json::Array{json::Object{{"seat", "chair"}}}),
                HasSubstr("a body without an electorate decides nothing"));
    EXPECT_THAT(
        changed("procedure", with(majority(), "quorum", json::Object{{"of", "present"}, {"at_least", 3}})),
        HasSubstr("body.body.procedure.quorum: is out of reach"));
    EXPECT_THAT(organ_refusal(founding("wg", {"a1", "a1"})), HasSubstr("stands there twice"));
    EXPECT_THAT(changed("seats", json::Array{json::Object{{"seat", "x"}, {"member", "a1"}},
                                             json::Object{{"seat", "y"}, {"member", "a1"}}}),
                HasSubstr("holds another seat"));
    EXPECT_THAT(changed("seats", json::Array{json::Object{{"seat", "x"}, {"person", "amina"}}}),
                HasSubstr("is of no member"));
    EXPECT_THAT(changed("powers", json::Array{"war"}), HasSubstr("is no power"));
    EXPECT_THAT(changed("kind", "junta"), HasSubstr("body.body.kind"));
    EXPECT_THAT(changed("act", "coup"), HasSubstr("body.body.act"));
    EXPECT_THAT(changed("more", 1), HasSubstr("more"));
    EXPECT_THAT(organ_refusal({{"act", "dissolve"}, {"id", "wg"}, {"seats", json::Array()}}),
                HasSubstr("seats"));
}

TEST_F(Bodies, AProcedureWithHousesOfClassesCanBeABodys) {
    json::Object procedure = majority("parity");
    procedure["houses"] = json::Array{
        json::Object{
            {"id", "one"}, {"title", "One"}, {"who", json::Object{{"classes", json::Array{"company"}}}}},
        json::Object{
            {"id", "two"}, {"title", "Two"}, {"who", json::Object{{"classes", json::Array{"technical"}}}}}};
    procedure["adopted"] = json::Object{
        {"all",
         json::Array{json::Object{{"of", "yes"}, {"base", "cast"}, {"more_than", "1/2"}, {"in", "one"}},
                     json::Object{{"of", "yes"}, {"base", "cast"}, {"more_than", "1/2"}, {"in", "two"}}}}};
    EXPECT_EQ(organ_refusal(with(founding("wg", {"a1", "a12"}), "procedure", procedure)), "read");
}

TEST_F(Bodies, IsReadAsItIsWritten) {
    json::Object part = founding("wg", {"a1", "b1"}, "steering");
    part["powers"] = json::Array{"bodies", "rules"};
    part["kind"] = "working-group";
    part["until"] = "2027-01-01T00:00:00.000Z";
    part["seats"].get_array()[1].get_object()["person"] = "amina";
    part["seats"].get_array()[1].get_object()["from"] = "2026-01-01T00:00:00.000Z";
    const auto read = parse_organ_part(part, "body.body");
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(json::Value(organ_part_json(*read)), json::Value(part));
}

std::string dump(const OrganBook& book, Witnessed until) {
    std::string all;
    for (Witnessed at = kNow; at < until; at += kDay) {
        for (const Organ* organ : book.all(at)) {
            const auto end = book.end_of(*organ, at);
            all += fmt::format("{} {} {} {}\n", at, json::write(organ_part_json(organ->part)),
                               end ? end->first : 0, end ? end->second : "");
        }
    }
    for (const OrganBook::Taken& taken : book.acts())
        all += fmt::format("{} {} {}\n", taken.opening.hex(), taken.at, taken.objection);
    return all;
}

// Law 1: whatever order the statements come in, from however many nodes and however often.
TEST_F(Bodies, AreAFunctionOfTheSetOfStatements) {
    std::mt19937 random(11);
    const std::vector<std::string> ids{"one", "two", "three"};
    const std::vector<std::string> holders{"a1", "b1", "c1", "a12", "b12"};
    Witnessed at = kNow + 10 * kDay;
    for (int i = 0; i < 25; ++i, at += kDay + static_cast<Witnessed>(random() % 3)) {
        const std::string& id = ids[random() % ids.size()];
        const std::string parent = random() % 2 == 0 ? "" : ids[random() % ids.size()];
        const std::vector<std::string> seats{holders[random() % 2], holders[2 + random() % 3]};
        json::Object part = founding(id, seats, parent == id ? "" : parent);
        if (random() % 2 == 0) part["powers"] = json::Array{"bodies"};
        const unsigned act = random() % 5;
        if (act == 2) part["act"] = "amend";
        if (act == 3) {
            part["act"] = "appoint";
            for (const char* name : {"procedure", "parent", "powers"}) part.erase(name);
        }
        if (act == 4) part = {{"act", "dissolve"}, {"id", id}};
        const OrganBook known = book();
        const std::string& body = ids[random() % ids.size()];
        const std::string to = random() % 3 == 0 && known.find(body, at - kOpen) != nullptr ? body : "";
        adopted(std::move(part), at, to, holders);
    }
    const std::string expected = dump(book(), at);
    EXPECT_THAT(expected, HasSubstr("found"));
    const std::vector<Act> all(acts_.all().begin(), acts_.all().end());
    for (int turn = 0; turn < 10; ++turn) {
        std::vector<Act> shuffled = all;
        for (const Act& act : all) {
            if (random() % 4 == 0) shuffled.push_back(act);  // came twice
        }
        std::ranges::shuffle(shuffled, random);
        ASSERT_EQ(dump(book(shuffled), at), expected);
    }
}

TEST_F(Bodies, AVotePutToOneNeedsTheVotesOnBodiesBeforeIt) {
    const Digest founded = adopted(founding("steering", {"a1", "b1"}), kNow + 10 * kDay);
    const Digest put = vote(propose({}, kNow + 11 * kDay), kNow + 20 * kDay, {"a1"}, "steering");
    adopted(founding("later", {"a1"}), kNow + 30 * kDay);
    EXPECT_THAT(votes_needed(acts_.all(), put), ElementsAre(put, founded));
}

}  // namespace
}  // namespace comity::governance
