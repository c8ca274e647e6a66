// The leak test of issue 6: random communities, groups, audiences, markings, changes of markings and viewers;
// what each viewer can obtain of each object through each door is compared with a model. A case is one
// object, one viewer, one door. COMITY_LEAK_WORLDS sets how many communities there are.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <set>

#include "intelligence/answer/answer.h"
#include "intelligence/carried.h"
#include "intelligence/export/formats.h"
#include "intelligence/marking_change.h"
#include "intelligence/queries.h"
#include "intelligence/search/index.h"
#include "intelligence/stix/marking.h"
#include "testing/intelligence_view.h"

namespace comity::intelligence {
namespace {

using ledger::Audience;
using ledger::Tlp;
using ledger::Viewer;

// The model. Nothing of the program's is used for it.
bool model(const Viewer& v, const Audience& a, const std::string& author) {
    const auto named = [](const auto& list, const auto& name) { return std::ranges::count(list, name) > 0; };
    if (a.label == Tlp::kClear) return true;
    if (v.member.empty()) return false;
    if (v.member == author && v.staff) return true;
    if (a.label == Tlp::kGreen) return true;
    if (a.label == Tlp::kRed) return named(a.persons, v.person);
    if (a.label == Tlp::kAmberStrict && !v.staff) return false;
    return v.member == author || named(a.members, v.member) ||
           std::ranges::any_of(v.groups, [&](const auto& group) { return named(a.groups, group); });
}

struct Copy {
    unsigned object = 0;
    std::string author;
    Audience audience;   // in force
    std::string secret;  // stands in its bytes, and in no other's
    Digest statement;
    Audience of_statement;
};

struct Sighting {
    unsigned object = 0;
    std::string author;
    Audience audience;
};

struct World {
    std::vector<Viewer> viewers;
    std::vector<Copy> copies;
    std::vector<Sighting> sightings;
    ledger::Roll roll;
};

std::string id_of(unsigned n) {
    return fmt::format("indicator--{:08x}-0000-4000-8000-000000000000", n);
}

// One value that all have, and one that is its own.
std::string indicator_of(unsigned object, std::string_view marking, const std::string& secret) {
    std::string text =
        testing::test_indicator(id_of(object).substr(11), "2020-01-01T00:00:00Z", marking, secret);
    const std::string_view shared = "[domain-name:value = 'evil.com']";
    text.replace(text.find(shared), shared.size(),
                 fmt::format("[domain-name:value = 'evil.com' OR domain-name:value = '{}.com']", secret));
    text.pop_back();
    return text + R"(,"confidence":40,"x_all":"yes"})";
}
std::string sighting_of(unsigned object, unsigned n) {
    return fmt::format(
        R"({{"type":"sighting","spec_version":"2.1","id":"sighting--{:08x}-0000-4000-8000-000000000000",)"
        R"("created":"2026-01-01T00:00:00Z","modified":"2026-01-01T00:00:00Z","sighting_of_ref":"{}"}})",
        n, id_of(object));
}

class Leaks : public testing::DatabaseTest {
  protected:
    std::size_t below(std::size_t n) { return random_() % n; }

    Audience any_audience() {
        Audience audience{static_cast<Tlp>(below(5)), {}, {}, {}};
        const auto some = [&](const std::vector<std::string>& names) {
            std::vector<std::string> out;
            for (const std::string& name : names) {
                if (below(3) == 0) out.push_back(name);
            }
            return out;
        };
        if (audience.label == Tlp::kAmber || audience.label == Tlp::kAmberStrict) {
            audience.members = some(kMembers);
            audience.groups = some(kGroups);
        } else if (audience.label == Tlp::kRed) {
            audience.persons = some(kPersons);
        }
        return audience;
    }

    World make_world(testing::IntelligenceView& view) {
        World world;
        world.viewers.push_back({});
        for (const std::string& member : kMembers) {
            ledger::Member admitted;
            admitted.id = member;
            admitted.name = member;
            world.roll.members[member] = admitted;
            std::vector<std::string> groups;
            for (const std::string& group : kGroups) {
                if (below(2) == 0) groups.push_back(group);
            }
            for (const std::string& group : groups) world.roll.groups[group].push_back(member);
            const std::string person = kPersons[below(kPersons.size())];
            world.viewers.push_back({member, "p@" + member, true, groups});
            world.viewers.push_back({member, "q@" + member, below(2) == 0, groups});
        }
        struct Mark {
            std::string author;
            unsigned object;
            Audience audience;
            Digest id;
        };
        std::vector<Mark> marks;
        std::int64_t added = 1000;
        for (unsigned statement = 0; statement < 14; ++statement) {
            const std::string author = kMembers[below(kMembers.size())];
            if (below(6) == 0) {
                const Sighting seen{static_cast<unsigned>(below(kObjects)), author, any_audience()};
                view.say("intelligence.share", author, seen.audience, {},
                         {sighting_of(seen.object, statement)}, Time{added}, 7);
                world.sightings.push_back(seen);
            } else if (below(4) == 0) {
                const auto object = static_cast<unsigned>(below(kObjects));
                const Audience audience = any_audience();
                const MarkingChange change{*ObjectId::parse(id_of(object)), {}, audience};
                const Digest id = view.say(kMarkingChange, author, any_audience(),
                                           marking_change_json(change), {}, Time{added}, 7);
                marks.push_back({author, object, audience, id});
            } else {
                const Audience audience = any_audience();
                std::vector<std::string> objects;
                std::set<unsigned> used;
                for (std::size_t i = 0; i < 1 + below(4); ++i) {
                    const auto object = static_cast<unsigned>(below(kObjects));
                    if (!used.insert(object).second) continue;
                    const std::size_t own = below(9);
                    Copy copy{object, author,  audience, fmt::format("secret{}x", world.copies.size()),
                              {},     audience};
                    if (own < 5) copy.audience = narrowed(audience, static_cast<Tlp>(own));
                    objects.push_back(
                        indicator_of(object, own < 5 ? marking_id(static_cast<Tlp>(own)) : std::string_view(),
                                     copy.secret));
                    world.copies.push_back(copy);
                }
                const Digest id =
                    view.say("intelligence.share", author, audience, {}, objects, Time{added}, 7);
                for (std::size_t i = 0; i < objects.size(); ++i)
                    world.copies[world.copies.size() - 1 - i].statement = id;
            }
            added += 10;
        }
        std::ranges::sort(marks, {}, &Mark::id);  // all of one second: the greatest id counts
        for (const Mark& mark : marks) {
            for (Copy& copy : world.copies) {
                if (copy.author == mark.author && copy.object == mark.object) copy.audience = mark.audience;
            }
        }
        return world;
    }
    static Audience narrowed(const Audience& audience, Tlp label) {
        if (label <= audience.label) return audience;
        Audience out{label, {}, {}, {}};
        if (audience.label == Tlp::kAmber && label == Tlp::kAmberStrict) {
            out.members = audience.members;
            out.groups = audience.groups;
        }
        return out;
    }

    void check_world(testing::IntelligenceView& view, const World& world) {
        for (const Viewer& viewer : world.viewers) {
            auto session = view.database().snapshot();
            ASSERT_TRUE(session);
            const auto readable = ledger::readable_by(**session, viewer);
            ASSERT_TRUE(readable);
            const Asking asking{
                **session, *readable, {viewer}, world.roll, Time::from_seconds(1'800'000'000)};
            const auto may = [&](const Copy& copy) { return model(viewer, copy.audience, copy.author); };
            const auto first = [&](const Copy& copy) {  // of those it may read, the one that stands for all
                return &copy == &*std::ranges::find_if(world.copies, [&](const Copy& other) {
                    return other.object == copy.object && may(other);
                });
            };
            const auto hold = [&](std::string_view door, std::string_view answer, const auto& wanted) {
                for (const Copy& copy : world.copies) {
                    ++cases_;
                    ASSERT_EQ(answer.find(copy.secret) != std::string_view::npos, wanted(copy))
                        << door << " " << copy.secret << " for " << viewer.person << "\n"
                        << answer;
                    const bool of_statement = model(viewer, copy.of_statement, copy.author);
                    ASSERT_FALSE(!of_statement && answer.find(copy.statement.hex()) != std::string_view::npos)
                        << door << " names a statement that may not be read";
                }
            };
            const auto stands = [&](const Copy& copy) { return may(copy) && first(copy); };
            // TAXII, REST's list and every export go by this.
            const auto page = find_objects(**session, *readable, {}, {.limit = 1000});
            ASSERT_TRUE(page);
            std::string all;
            for (const FoundObject& object : page->objects) all += object.data;
            hold("objects", all, stands);
            ObjectFilter versions;
            versions.versions.all = true;
            const auto old = find_objects(**session, *readable, versions, {.limit = 1000});
            ASSERT_TRUE(old);
            all.clear();
            for (const FoundObject& object : old->objects) all += object.data;
            hold("versions", all, stands);
            const auto searched = answer_search(asking, {{"limit", "1000"}});
            ASSERT_TRUE(searched) << searched.error().message();
            hold("search", *searched, stands);
            const auto by_value =
                answer_search(asking, {{"q", "EVIL[.]com"}, {"versions", "all"}, {"limit", "1000"}});
            ASSERT_TRUE(by_value);
            hold("search by value", *by_value, stands);
            const Copy& one = world.copies[below(world.copies.size())];
            const auto word = answer_search(asking, {{"text", one.secret}});
            ASSERT_TRUE(word);
            hold("search by word", *word, [&](const Copy& copy) { return &copy == &one && stands(copy); });
            const auto sourced = answer_search(asking, {{"source", one.author}, {"limit", "1000"}});
            ASSERT_TRUE(sourced);
            hold("search by source", *sourced,
                 [&](const Copy& copy) { return copy.author == one.author && stands(copy); });
            check_questions(asking, one, stands, hold);
            check_exports(asking, world, stands, hold, viewer);
            for (unsigned object = 0; object < kObjects; ++object) {
                const auto about = [&](const Copy& copy) { return copy.object == object && may(copy); };
                const bool any = std::ranges::any_of(world.copies, about);
                for (const int door : {0, 1, 2}) {
                    const auto answer = door == 0   ? answer_object(asking, id_of(object))
                                        : door == 1 ? answer_related(asking, id_of(object), {})
                                                    : answer_readers(asking, id_of(object), {});
                    ASSERT_EQ(answer.has_value(), any);
                    if (!answer) {
                        ++cases_;
                        ASSERT_EQ(answer.error().kind, ErrorKind::kNotFound);
                        continue;
                    }
                    if (door == 0) {
                        // Others of which the value is the same are named in it, as the reader gets them.
                        hold("object", *answer, [&](const Copy& copy) {
                            return copy.object == object ? may(copy) : stands(copy);
                        });
                    } else if (door == 1) {
                        ++cases_;
                    } else {
                        const auto copies = json::parse(*answer)->at("copies").as_array();
                        ASSERT_EQ(copies.size(),
                                  static_cast<std::size_t>(std::ranges::count_if(world.copies, about)));
                        hold("readers", *answer, [](const Copy&) { return false; });
                    }
                }
            }
        }
    }

    // Everything else that a search can be asked for, each answered by the index.
    template <typename Stands, typename Hold>
    void check_questions(const Asking& asking, const Copy& one, const Stands& stands, const Hold& hold) {
        const auto ask = [&](Parameters parameters, const auto& wanted) {
            const std::string door = fmt::format("search by {}", parameters.front().second);
            parameters.emplace_back("limit", "1000");
            const auto answer = answer_search(asking, parameters);
            ASSERT_TRUE(answer) << answer.error().message();
            hold(door, *answer, wanted);
        };
        const std::string label(ledger::to_string(one.audience.label));
        ask({{"tlp", label}},
            [&](const Copy& copy) { return copy.audience.label == one.audience.label && stands(copy); });
        ask({{"property", "name=" + one.secret}},
            [&](const Copy& copy) { return &copy == &one && stands(copy); });
        ask({{"property", "x_all=yes"}}, stands);
        ask({{"confidence", "40"}}, stands);
        ask({{"confidence", "41"}}, [](const Copy&) { return false; });
        ask({{"type", "indicator"}, {"type", "malware"}}, stands);
        ask({{"since", "1970-01-01T00:00:00Z"}}, stands);
        ask({{"until", "1970-01-01T00:00:00Z"}}, [](const Copy&) { return false; });
    }

    template <typename Stands, typename Hold>
    void check_exports(const Asking& asking, const World& world, const Stands& stands, const Hold& hold,
                       const Viewer& viewer) {
        const auto seen_by = [&](unsigned object) {
            std::set<std::string> members;
            for (const Sighting& each : world.sightings) {
                if (each.object == object && model(viewer, each.audience, each.author))
                    members.insert(each.author);
            }
            return static_cast<std::int64_t>(members.size());
        };
        for (const std::int64_t least : {0, 1, 2}) {
            ActiveQuery query{.now = asking.now};
            if (least > 0) query.min_sighted_by = least;
            const auto active = find_active(asking.session, asking.readable, query);
            ASSERT_TRUE(active) << active.error().message();
            for (const ExportFormat format :
                 {ExportFormat::kPlain, ExportFormat::kStix, ExportFormat::kMisp}) {
                const auto exported = write_export(format, active->values);
                ASSERT_TRUE(exported);
                hold(fmt::format("export, sighted by {}", least), exported->text,
                     [&](const Copy& copy) { return stands(copy) && seen_by(copy.object) >= least; });
            }
            // What is left out is told: of what may be read alone.
            std::size_t left = 0;
            for (unsigned object = 0; object < kObjects; ++object) {
                const bool any = std::ranges::any_of(
                    world.copies, [&](const Copy& copy) { return copy.object == object && stands(copy); });
                left += any && seen_by(object) < least ? 1 : 0;
            }
            ++cases_;
            ASSERT_EQ(active->left.size(), left);
        }
    }

    static constexpr unsigned kObjects = 6;
    const std::vector<std::string> kMembers = {"bank", "cert-ke", "cert-ug", "noc"};
    const std::vector<std::string> kGroups = {"cert-ke/a", "noc/b"};
    const std::vector<std::string> kPersons = {"p@bank", "p@cert-ke", "q@cert-ug", "q@noc"};
    std::mt19937 random_;
    std::size_t cases_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Engines, Leaks, ::testing::Values(db::Database::Engine::kSqlite),
                         testing::engine_name);

TEST_P(Leaks, NobodyObtainsWhatTheModelDoesNotGive) {
    const char* more = std::getenv("COMITY_LEAK_WORLDS");
    const std::size_t worlds = more != nullptr ? std::strtoul(more, nullptr, 10) : 25;
    const char* given = std::getenv("COMITY_SEED");
    const unsigned seed = given != nullptr  ? static_cast<unsigned>(std::strtoul(given, nullptr, 10))
                          : more != nullptr ? std::random_device()()
                                            : 2026;
    for (std::size_t n = 0; n < worlds; ++n) {
        const auto of_world = seed + static_cast<unsigned>(n);
        SCOPED_TRACE(fmt::format("COMITY_SEED={} COMITY_LEAK_WORLDS=1", of_world));
        random_.seed(of_world);
        testing::IntelligenceView view(database());
        ASSERT_TRUE(search::prepare_index(view.database()));
        const World world = make_world(view);
        if (n % 3 > 0) {
            ASSERT_TRUE(search::advance_index(view.database(), n % 3 == 1 ? 1000 : 5));
        }
        check_world(view, world);
        if (HasFatalFailure()) return;
        for (const std::string_view table : {"intelligence_objects", "intelligence_markings", "statements",
                                             "objects", "search_mark", "search_terms", "audiences"}) {
            auto tx = view.database().begin();
            ASSERT_TRUE((*tx)->run("DELETE FROM " + std::string(table)));
            ASSERT_TRUE((*tx)->commit());
        }
    }
    RecordProperty("cases", std::to_string(cases_));
    if (more == nullptr) {
        EXPECT_GE(cases_, 100'000U);
    }
}

}  // namespace
}  // namespace comity::intelligence
