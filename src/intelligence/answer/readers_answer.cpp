#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "intelligence/access/explain.h"
#include "intelligence/answer/parts.h"
#include "json/value.h"

namespace comity::intelligence {
namespace {

json::Object explained(const Explanation& explanation) {
    return {{"may", explanation.may},
            {"why", explanation.why},
            {"group", explanation.what.empty() ? json::Value(nullptr) : json::Value(explanation.what)}};
}

bool is_staff_of(const Asking& asking, std::string_view member) {
    return std::ranges::any_of(asking.viewers,
                               [&](const ledger::Viewer& v) { return v.staff && v.member == member; });
}

// Everybody's case, as far as it is not one for all: the public, each member's own people and its clients,
// the persons named.
json::Object all_cases(const Asking& asking, const search::Hit& copy, const ledger::Audience& audience) {
    json::Array members;
    for (const auto& [id, member] : asking.roll.members) {
        if (member.left != ledger::kNever) continue;
        const auto as = [&](bool staff) {
            return explained(explain(ledger::viewer_of(asking.roll, id, "", staff), audience, copy.source));
        };
        members.push_back(
            json::Object{{"member", id}, {"name", member.name}, {"staff", as(true)}, {"clients", as(false)}});
    }
    json::Array persons;
    for (const std::string& person : audience.persons) {
        const std::string member = person.substr(person.find('@') + 1);
        persons.push_back(
            json::Object{{"person", person},
                         {"case", explained(explain(ledger::viewer_of(asking.roll, member, person, true),
                                                    audience, copy.source))}});
    }
    return {{"public", explained(explain({}, audience, copy.source))},
            {"members", std::move(members)},
            {"persons", std::move(persons)}};
}

struct Somebody {
    std::string member;
    std::string person;
};

Result<std::optional<Somebody>> asked_for(const Asking& asking, const Parameters& parameters) {
    const auto text = parameter(parameters, "for");
    if (!text) return std::nullopt;
    const std::size_t at = text->find('@');
    Somebody somebody{std::string(at == std::string_view::npos ? *text : text->substr(at + 1)),
                      std::string(at == std::string_view::npos ? std::string_view() : *text)};
    const ledger::Member* member = asking.roll.find(somebody.member);
    if (member == nullptr) {
        return invalid("for", fmt::format("'{}' is neither a member nor a person of one", shown(*text, 200)),
                       "as cert-ke or amina@cert-ke; comity member list shows the members");
    }
    return somebody;
}

}  // namespace

Result<std::string> answer_readers(const Asking& asking, std::string_view id, const Parameters& parameters) {
    COMITY_TRY(const auto copies, copies_of(asking, id));
    COMITY_TRY(const auto somebody, asked_for(asking, parameters));
    json::Array list;
    bool refused_one = false;
    for (const search::Hit& copy : copies) {
        COMITY_TRY(const ledger::Audience audience, audience_of(asking.session, copy.audience));
        COMITY_TRY(json::Object entry, copy_json(asking, copy));
        entry["version"] = version_json(copy.row);
        const bool own = is_staff_of(asking, copy.source);
        entry["yours"] = own;
        json::Array reading;
        for (const ledger::Viewer& viewer : asking.viewers) {
            json::Object self = explained(explain(viewer, audience, copy.source));
            self["member"] = viewer.member.empty() ? json::Value(nullptr) : json::Value(viewer.member);
            reading.push_back(std::move(self));
        }
        entry["you"] = std::move(reading);
        if (somebody) {
            const bool itself = std::ranges::any_of(asking.viewers, [&](const ledger::Viewer& v) {
                return somebody->person.empty() ? v.staff && v.member == somebody->member
                                                : v.person == somebody->person;
            });
            if (!own && !itself) {
                refused_one = true;
                continue;
            }
            entry["for"] =
                explained(explain(ledger::viewer_of(asking.roll, somebody->member, somebody->person, true),
                                  audience, copy.source));
        } else if (own) {
            for (auto& member : all_cases(asking, copy, audience))
                entry.emplace(member.key(), std::move(member.value()));
        }
        list.push_back(std::move(entry));
    }
    if (list.empty() && refused_one) {
        return refused("for", "only the people of a member that shared the object may ask about others",
                       "ask one of them");
    }
    return json::write(json::Object{{"id", copies.front().row.id.text()}, {"copies", std::move(list)}});
}

}  // namespace comity::intelligence
