#include "intelligence/search/search.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "intelligence/marking_change.h"
#include "intelligence/search/index.h"
#include "intelligence/search/standing.h"
#include "intelligence/stix/marking.h"
#include "testing/intelligence_view.h"

namespace comity::intelligence::search {
namespace {

using ledger::Tlp;

const ledger::Audience kClear{Tlp::kClear, {}, {}, {}};

std::string uuid(unsigned n) {
    return fmt::format("{:08x}-0000-4000-8000-000000000000", n);
}
std::string domain(unsigned n, std::string_view value, std::string_view more = "") {
    return fmt::format(
        R"({{"type":"domain-name","spec_version":"2.1","id":"domain-name--{}","value":"{}"{}}})", uuid(n),
        value, more);
}
std::string indicator(unsigned n, std::string_view pattern, std::string_view more = "", int version = 1) {
    return fmt::format(
        R"({{"type":"indicator","spec_version":"2.1","id":"indicator--{}","created":"2026-01-01T00:00:00Z",)"
        R"("modified":"2026-01-{:02}T00:00:00Z","pattern":"{}","pattern_type":"stix","valid_from":"2026-01-01T00:00:00Z"{}}})",
        uuid(n), version, pattern, more);
}

class Searches : public testing::DatabaseTest {
  protected:
    void SetUp() override {
        testing::DatabaseTest::SetUp();
        if (IsSkipped()) return;
        view_ = std::make_unique<testing::IntelligenceView>(database());
        ASSERT_TRUE(prepare_index(view_->database()));
    }
    void index_all() {
        for (std::size_t n = 7; n == 7;) {
            const auto advanced = advance_index(view_->database(), 7);
            ASSERT_TRUE(advanced) << advanced.error().message();
            n = *advanced;
        }
    }
    Hits ask(const Query& query, const Page& page = {}, const ledger::Viewer& viewer = {}) {
        auto session = view_->database().snapshot();
        EXPECT_TRUE(session);
        const auto readable = ledger::readable_by(**session, viewer);
        auto hits = find(**session, *readable, query, page);
        EXPECT_TRUE(hits) << hits.error().message();
        return hits ? *std::move(hits) : Hits{};
    }
    static Query value(std::string_view text) {
        Query query;
        query.needs.push_back(value_ranges(text));
        return query;
    }
    std::vector<std::string> ids(const Query& query, const ledger::Viewer& viewer = {}) {
        std::vector<std::string> out;
        for (const Hit& hit : ask(query, {}, viewer).found) out.push_back(hit.row.id.text().substr(0, 20));
        return out;
    }
    std::unique_ptr<testing::IntelligenceView> view_;
};
INSTANTIATE_TEST_SUITE_P(Engines, Searches, testing::each_engine(), testing::engine_name);

TEST_P(Searches, FindValuesOfObservablesAndOfPatterns) {
    view_->share(
        "cert-ke", kClear,
        {domain(1, "Evil.example."), indicator(2, "[domain-name:value = 'evil.example']"),
         indicator(3, "[url:value = 'http://evil.example/x' OR ipv4-addr:value ISSUBSET '198.51.100.0/24']"),
         indicator(4, "[domain-name:value != 'evil.example']"),
         indicator(5, "[domain-name:value NOT = 'evil.example']"),
         indicator(6, "[file:hashes.MD5 IN ('d41d8cd98f00b204e9800998ecf8427e', 'a')]")},
        Time{1000});
    for (int round = 0; round < 2; ++round) {
        EXPECT_EQ(ids(value("evil[.]example")),
                  (std::vector<std::string>{"indicator--00000003-", "indicator--00000002-",
                                            "domain-name--0000000"}));
        EXPECT_EQ(ids(value("198.51.100.9")).size(), 1U);
        EXPECT_EQ(ids(value("198.51.0.0/16")).size(), 1U);
        EXPECT_EQ(ids(value("D41D8CD98F00B204E9800998ECF8427E")).size(), 1U);
        EXPECT_EQ(ids(value("203.0.113.1")).size(), 0U);
        index_all();
    }
}

TEST_P(Searches, FindTheLastVersionAloneAndEveryVersionOnDemand) {
    view_->share("cert-ke", kClear, {indicator(1, "[domain-name:value = 'old.example']")}, Time{1000});
    view_->share("cert-ke", kClear, {indicator(1, "[domain-name:value = 'new.example']", "", 2)}, Time{2000});
    view_->share("cert-ug", kClear, {indicator(1, "[domain-name:value = 'new.example']", "", 2)}, Time{3000});
    for (int round = 0; round < 2; ++round) {
        Query old = value("old.example");
        EXPECT_EQ(ask(old).found.size(), 0U);
        EXPECT_EQ(ask(value("new.example")).found.size(), 1U);
        old.all_versions = true;
        EXPECT_EQ(ask(old).found.size(), 1U);
        Query copies;
        copies.id = *ObjectId::parse("indicator--" + uuid(1));
        EXPECT_EQ(ask(copies).found.size(), 1U);
        copies.every_copy = true;
        EXPECT_EQ(ask(copies).found.size(), 3U);
        index_all();
    }
}

// What the questions below ask of properties, told from the texts that the objects are made of.
bool model(std::string_view data, std::string_view path, std::string_view value) {
    const auto says = [&](const std::string& text) { return data.find(text) != std::string_view::npos; };
    if (path == "x_score") return says(R"("x_score":1.50)");
    if (path == "x_parts.x_of") return says(R"("x_of":["b"])");
    if (path == "labels") return says(R"("labels":["botnet"])");
    if (path == "confidence") return says(R"("confidence":60)");
    return says(fmt::format(R"("{}":"{}")", path, value));
}

// Against a model that knows nothing of an index: random objects, audiences and questions, walked by pages,
// with nothing, a part and all of it indexed, and after the index was dropped.
TEST_P(Searches, AreWhatGoingThroughAllThatMayBeReadWouldGive) {
    std::mt19937 random(42);
    const auto below = [&](std::size_t n) { return static_cast<unsigned>(random() % n); };
    const std::vector<ledger::Audience> audiences = {kClear,
                                                     {Tlp::kGreen, {}, {}, {}},
                                                     {Tlp::kAmber, {"cert-ug"}, {}, {}},
                                                     {Tlp::kRed, {}, {}, {"amina@cert-ke"}}};
    const std::vector<std::string> members = {"cert-ke", "cert-ug", "bank"};
    const std::vector<std::string> values = {"a.example",         "b.example",      "198.51.100.1",
                                             "198.51.100.0/28",   "198.51.100.200", "198.51.0.0/16",
                                             "http://a.example/x"};
    const std::vector<ledger::Viewer> viewers = {{},
                                                 {"cert-ke", "amina@cert-ke", true, {}},
                                                 {"cert-ug", "", true, {}},
                                                 {"bank", "eve@bank", false, {}}};
    std::int64_t added = 1000;
    const auto change_a_marking = [&] {
        const unsigned n = below(40);
        const MarkingChange change{
            *ObjectId::parse((below(5) == 0 ? "domain-name--" : "indicator--") + uuid(n)),
            {},
            audiences[below(audiences.size())]};
        view_->say(kMarkingChange, members[below(3)], kClear, marking_change_json(change), {}, Time{added},
                   added);
        added += 10;
    };
    const std::vector<std::pair<std::string, std::string>> properties = {
        {"confidence", "60"}, {"name", "Phishing kit"},       {"labels", "botnet"},  {"type", "domain-name"},
        {"x_score", "1.5"},   {"x_score", "1.500"},           {"x_parts.x_of", "b"}, {"pattern_type", "stix"},
        {"value", "nothing"}, {"id", "indicator--" + uuid(3)}};
    for (int statement = 0; statement < 60; ++statement) {
        std::vector<std::string> objects;
        std::set<unsigned> used;
        for (unsigned i = below(4) + 1; i > 0; --i) {
            const unsigned n = below(40);
            if (!used.insert(n).second) continue;
            const std::string& one = values[below(values.size())];
            const std::string words = below(2) == 0 ? R"(,"name":"Phishing kit")" : R"(,"labels":["botnet"])";
            const std::string confidence =
                below(3) == 0 ? fmt::format(R"(,"confidence":{})", below(2) * 20 + 60) : "";
            const std::string more =
                below(3) == 0
                    ? fmt::format(R"(,"x_score":{}.50,"x_parts":[{{"x_of":["a"]}},{{"x_of":["b"]}}])",
                                  below(3))
                    : "";
            objects.push_back(below(5) == 0
                                  ? domain(n, "c.example", more)
                                  : indicator(n, "[x:value = '" + one + "']", words + confidence + more,
                                              static_cast<int>(below(3)) + 1));
        }
        if (below(4) == 0) change_a_marking();
        view_->share(members[below(3)], audiences[below(audiences.size())], objects, Time{added});
        added += 10;
    }
    const auto question = [&] {
        Query query;
        if (below(2) == 0) query.needs.push_back(value_ranges(values[below(values.size())]));
        if (below(3) == 0) query.need(make_term(Kind::kWord, "kit"));
        if (below(4) == 0) query.need(make_term(Kind::kLabel, "botnet"));
        if (below(4) == 0) query.need(make_term(Kind::kSource, members[below(3)]));
        if (below(4) == 0) query.confidence = below(101);
        if (below(3) == 0) query.marking = static_cast<Tlp>(below(5));
        if (below(5) == 0) query.types = {"domain-name"};
        if (below(5) == 0) query.types = {"domain-name", "sighting", "indicator"};
        if (below(5) == 0) query.since = Time{1000 + below(600)};
        if (below(5) == 0) query.until = Time{1000 + below(600)};
        if (below(3) == 0) query.properties.push_back(properties[below(properties.size())]);
        if (below(9) == 0) query.properties.push_back(properties[below(properties.size())]);
        query.all_versions = below(3) == 0;
        return query;
    };
    for (int round = 0; round < 4; ++round) {
        if (round == 1) {
            for (int i = 0; i < 5; ++i) ASSERT_TRUE(advance_index(view_->database(), 10));
        }
        if (round == 2) index_all();
        if (round == 3) {
            ASSERT_TRUE(drop_index(view_->database()));
        }
        for (int i = 0; i < 3; ++i) change_a_marking();  // which the index does not have
        for (const ledger::Viewer& viewer : viewers) {
            auto session = view_->database().snapshot();
            const auto readable = ledger::readable_by(**session, viewer);
            for (int i = 0; i < 60; ++i) {
                const Query query = question();
                // The model: TAXII's page of everything, filtered by what each object says.
                ObjectFilter filter;
                filter.versions.all = query.all_versions;
                const auto all = find_objects(**session, *readable, filter, {.limit = 10'000});
                ASSERT_TRUE(all);
                std::vector<std::int64_t> expected;
                for (const FoundObject& object : all->objects) {
                    std::string source;
                    Tlp label = Tlp::kClear;
                    ASSERT_TRUE((*session)->each(
                        "SELECT s.author, a.audience FROM intelligence_objects i JOIN statements s ON s.seq "
                        "= "
                        "i.seq JOIN audiences a ON a.n = i.audience WHERE i.added = $1",
                        {object.row.added.micros}, [&](const db::Row& row) {
                            source = row.text(0);
                            label = ledger::parse_audience(*json::parse(row.text(1)), "a")->label;
                            return false;
                        }));
                    const auto facts = facts_of(object.data, source);
                    const bool wanted =
                        std::ranges::all_of(
                            query.needs,
                            [&](const auto& need) {
                                return std::ranges::any_of(facts->terms, [&](const auto& term) {
                                    return std::ranges::any_of(
                                        need, [&](const auto& range) { return range.holds(term); });
                                });
                            }) &&
                        (!query.confidence || facts->confidence.value_or(-1) >= *query.confidence) &&
                        std::ranges::all_of(
                            query.properties,
                            [&](const auto& pair) { return model(object.data, pair.first, pair.second); }) &&
                        (query.types.empty() || std::ranges::count(query.types, object.row.id.type) > 0) &&
                        (!query.marking || label == *query.marking) &&
                        (!query.since || object.row.added >= *query.since) &&
                        (!query.until || object.row.added <= *query.until);
                    if (wanted) expected.push_back(object.row.added.micros);
                }
                std::ranges::reverse(expected);
                std::vector<std::int64_t> got;
                Page page;
                for (bool more = true; more;) {
                    page.limit = below(6) + 1;
                    const auto hits = find(**session, *readable, query, page);
                    ASSERT_TRUE(hits) << hits.error().message();
                    for (const Hit& hit : hits->found) got.push_back(hit.row.added.micros);
                    more = hits->more;
                    ASSERT_EQ(more, got.size() < expected.size());
                    if (more) page.before = hits->found.back().row.added;
                }
                ASSERT_EQ(got, expected) << "round " << round;
            }
        }
    }
}

// Each part of a question alone: where the index's mark stands and its terms are gone, nothing is found by
// it, as going through all would.
TEST_P(Searches, AreAnsweredByTheIndexWhateverTheyAskFor) {
    view_->share("cert-ke", {Tlp::kGreen, {}, {}, {}},
                 {indicator(1, "[domain-name:value = 'evil.example']",
                            R"(,"confidence":70,"name":"Kit","labels":["botnet"],"x_flag":true)"),
                  domain(2, "evil.example", R"(,"x_a":{"x_b":[1,2.5]})")},
                 Time{1000});
    index_all();
    std::vector<Query> questions;
    questions.push_back(value("evil.example"));
    questions.push_back(value("example"));
    questions.back().needs = {
        {{make_term(Kind::kType, "domain-name"), make_term(Kind::kType, "domain-name")}}};
    questions.emplace_back().confidence = 30;
    questions.emplace_back().marking = Tlp::kGreen;
    questions.emplace_back().types = {"indicator", "domain-name"};
    questions.emplace_back().need(make_term(Kind::kSource, "cert-ke"));
    questions.emplace_back().need(make_term(Kind::kLabel, "botnet"));
    for (const auto& property : std::vector<std::pair<std::string, std::string>>{
             {"x_flag", "true"},
             {"x_a.x_b", "1"},
             {"x_a.x_b", "2.50"},
             {"type", "indicator"},
             {"modified", "2026-01-01T00:00:00Z"},
             {"pattern", "[domain-name:value = 'evil.example']"}})
        questions.emplace_back().properties = {property};
    const ledger::Viewer viewer{"bank", "eve@bank", true, {}};
    for (const Query& query : questions) EXPECT_GE(ask(query, {}, viewer).found.size(), 1U);
    for (const Query& query : questions) EXPECT_EQ(ask(query).found.size(), 0U) << "it is for members";
    auto tx = view_->database().begin();
    ASSERT_TRUE((*tx)->run("DELETE FROM search_terms"));
    ASSERT_TRUE((*tx)->commit());
    for (std::size_t i = 0; i < questions.size(); ++i)
        EXPECT_EQ(ask(questions[i], {}, viewer).found.size(), 0U) << "question " << i << " goes through all";
}

// A change of a marking takes effect in searches at once, and so does its end (its author's key turns out to
// be no key: the view is made again without it).
TEST_P(Searches, FollowMarkingsThatChangeAndChangeBack) {
    const ledger::Audience green{Tlp::kGreen, {}, {}, {}};
    const ledger::Viewer viewer{"cert-ke", "amina@cert-ke", true, {}};
    const auto found = [&](Tlp label) {
        Query query;
        query.marking = label;
        return ask(query, {}, viewer).found.size();
    };
    const auto change = [&](Tlp label, std::int64_t at) {
        view_->say(kMarkingChange, "cert-ke", kClear,
                   marking_change_json({*ObjectId::parse("indicator--" + uuid(1)), {}, {label, {}, {}, {}}}),
                   {}, Time{at}, at);
    };
    const auto run = [&](std::string_view sql) {
        auto tx = view_->database().begin();
        ASSERT_TRUE(tx);
        ASSERT_TRUE((*tx)->run(sql));
        ASSERT_TRUE((*tx)->commit());
    };
    for (const bool indexed_between : {true, false}) {
        const std::int64_t base = indexed_between ? 1000 : 5000;
        view_->share("cert-ke", green, {indicator(1, "[domain-name:value = 'a.example']")}, Time{base});
        if (indexed_between) index_all();
        EXPECT_EQ(found(Tlp::kGreen), 1U);
        change(Tlp::kAmber, base + 10);
        EXPECT_EQ(found(Tlp::kGreen), 0U);
        EXPECT_EQ(found(Tlp::kAmber), 1U);
        if (indexed_between) index_all();
        change(Tlp::kRed, base + 20);
        EXPECT_EQ(found(Tlp::kAmber), 0U);
        EXPECT_EQ(found(Tlp::kRed), 1U);
        index_all();
        EXPECT_EQ(found(Tlp::kRed), 1U);
        // Another one, which comes to have both at once.
        view_->share("cert-ke", green, {indicator(1, "[domain-name:value = 'b.example']", "", 2)},
                     Time{base + 30});
        index_all();
        EXPECT_EQ(found(Tlp::kRed), 1U);
        run("DELETE FROM intelligence_markings");
        run("UPDATE intelligence_objects SET audience = (SELECT s.audience FROM statements s WHERE s.seq = "
            "intelligence_objects.seq)");
        EXPECT_EQ(found(Tlp::kGreen), 1U);
        EXPECT_EQ(found(Tlp::kRed), 0U);
        run("DELETE FROM intelligence_objects");
        run("DELETE FROM objects");
    }
}

TEST_P(Searches, AnIndexerCatchesUpAndStops) {
    view_->share("cert-ke", kClear, {domain(1, "evil.example")}, Time{1000});
    const Indexer indexer(view_->database());
}

TEST(Verdicts, MakeTheConfidenceOfNowAsTheFormulaSays) {
    Facts facts;
    ObjectRow row;
    Verdicts none;
    const auto day = [](std::int64_t n) { return Time::from_seconds(n * 86'400); };
    EXPECT_EQ(confidence_now(facts, row, none, day(0)), 50);  // none stated, and it never ends
    facts.confidence = 80;
    EXPECT_EQ(confidence_now(facts, row, none, day(10'000)), 80);
    facts.valid_from = day(100);
    facts.valid_until = day(200);
    EXPECT_EQ(confidence_now(facts, row, none, day(50)), 80);
    EXPECT_EQ(confidence_now(facts, row, none, day(100)), 80);
    EXPECT_EQ(confidence_now(facts, row, none, day(125)), 60);
    EXPECT_EQ(confidence_now(facts, row, none, day(150)), 40);
    EXPECT_EQ(confidence_now(facts, row, none, day(200)), 0);
    facts.valid_until.reset();
    EXPECT_EQ(confidence_now(facts, row, none, day(190)), 40);  // half of 180 days
    row.version = day(190);                                     // said again: 180 days from then
    EXPECT_EQ(confidence_now(facts, row, none, day(235)), 40);
    Verdicts some;
    some.members = {{"a", 3, ""}};
    EXPECT_EQ(confidence_now(facts, row, some, day(235)), 52);  // 40 + 60 / 5
    some.members.push_back({"b", 0, "strongly-disagree"});
    EXPECT_EQ(confidence_now(facts, row, some, day(235)), 34);  // 52 x 2 / 3
    some.members = {{"a", 3, "disagree"}};                      // who reports it false does not sight it
    EXPECT_EQ(confidence_now(facts, row, some, day(235)), 26);  // 40 x 2 / 3
    EXPECT_EQ(confidence_now(facts, row, some, day(1000)), 0);
    facts.revoked = true;
    EXPECT_EQ(confidence_now(facts, row, none, day(100)), 0);
}

TEST_P(Searches, CountSightingsAndOpinionsByMember) {
    const std::string target = "indicator--" + uuid(1);
    const auto sighting = [&](unsigned n, int count) {
        return fmt::format(
            R"({{"type":"sighting","spec_version":"2.1","id":"sighting--{}","created":"2026-01-01T00:00:00Z",)"
            R"("modified":"2026-01-01T00:00:00Z","sighting_of_ref":"{}","count":{}}})",
            uuid(n), target, count);
    };
    const auto opinion = [&](unsigned n, std::string_view what, int version) {
        return fmt::format(
            R"({{"type":"opinion","spec_version":"2.1","id":"opinion--{}","created":"2026-01-01T00:00:00Z",)"
            R"("modified":"2026-01-{:02}T00:00:00Z","opinion":"{}","object_refs":["{}"]}})",
            uuid(n), version, what, target);
    };
    view_->share("cert-ke", kClear, {indicator(1, "[domain-name:value = 'evil.example']")}, Time{1000});
    view_->share("cert-ug", kClear, {sighting(2, 5), sighting(3, 2), opinion(4, "strongly-disagree", 1)},
                 Time{2000});
    view_->share("cert-ug", kClear, {opinion(5, "agree", 2)}, Time{3000});
    view_->share("bank", {Tlp::kGreen, {}, {}, {}}, {opinion(6, "disagree", 1)}, Time{4000});
    for (int round = 0; round < 2; ++round) {
        for (const bool member : {false, true}) {
            auto session = view_->database().snapshot();
            const auto readable = ledger::readable_by(
                **session, member ? ledger::Viewer{"cert-ke", "", true, {}} : ledger::Viewer{});
            const std::string ids[] = {target};
            const auto found = find_verdicts(**session, *readable, ids);
            ASSERT_TRUE(found);
            const Verdicts& verdicts = found->at(target);
            EXPECT_EQ(verdicts.sighted_by(), 1);
            EXPECT_EQ(verdicts.false_by(), member ? 1 : 0);
            ASSERT_EQ(verdicts.members.size(), member ? 2U : 1U);
            EXPECT_EQ(verdicts.members.back().sightings, 7);
            EXPECT_EQ(verdicts.members.back().opinion, "agree");
        }
        index_all();
    }
}

}  // namespace
}  // namespace comity::intelligence::search
