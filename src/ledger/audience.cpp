#include "ledger/audience.h"

#include <algorithm>
#include <array>

#include "json/fields.h"
#include "ledger/statement.h"

namespace comity::ledger {
namespace {

constexpr std::size_t kMaxNames = 1000;
constexpr std::array<std::string_view, 5> kLabels = {"clear", "green", "amber", "amber+strict", "red"};

bool holds(const std::vector<std::string>& sorted, std::string_view name) {
    return std::ranges::binary_search(sorted, name, std::less<>());
}

Result<std::vector<std::string>> names(json::Fields& fields, std::string_view field, char separator) {
    COMITY_TRY(std::vector<std::string> list, fields.optional_texts(field, kMaxNames));
    for (const std::string& name : list) {
        // "cert-ke", "cert-ke/responders" or "amina@cert-ke": the parts are ids alike.
        const std::size_t at = separator == 0 ? std::string::npos : name.find(separator);
        if (separator != 0 && at == std::string::npos) {
            return invalid(fields.path(field), "'" + name + "' has no '" + separator + "'",
                           separator == '@' ? "write person@member" : "write owner/name");
        }
        COMITY_CHECK(check_member_id(name.substr(0, at), fields.path(field)));
        if (at != std::string::npos) COMITY_CHECK(check_member_id(name.substr(at + 1), fields.path(field)));
    }
    std::ranges::sort(list);
    list.erase(std::unique(list.begin(), list.end()), list.end());
    return list;
}

}  // namespace

std::string_view to_string(Tlp label) {
    return kLabels[static_cast<std::size_t>(label)];
}

Result<Tlp> parse_tlp(std::string_view text) {
    for (std::size_t i = 0; i < kLabels.size(); ++i) {
        if (text == kLabels[i]) return static_cast<Tlp>(i);
    }
    return invalid("tlp", "'" + std::string(text) + "' is no TLP 2.0 label",
                   "use clear, green, amber, amber+strict or red");
}

Result<Audience> parse_audience(const json::Value& value, const std::string& path) {
    COMITY_TRY(json::Fields fields, json::Fields::of(value, path));
    COMITY_TRY(const std::string label, fields.text("tlp", 1, 20));
    Audience audience;
    if (auto tlp = parse_tlp(label)) {
        audience.label = *tlp;
    } else {
        return within(path, std::move(tlp).error());
    }
    if (audience.label == Tlp::kAmber || audience.label == Tlp::kAmberStrict) {
        COMITY_TRY(audience.members, names(fields, "members", 0));
        COMITY_TRY(audience.groups, names(fields, "groups", '/'));
    } else if (audience.label == Tlp::kRed) {
        COMITY_TRY(audience.persons, names(fields, "persons", '@'));
    }
    if (auto rest = fields.nothing_else(); !rest) {
        Error error = std::move(rest).error();
        error.mend = "members and groups go with amber, persons with red";
        return Failure(std::move(error));
    }
    return audience;
}

json::Value audience_json(const Audience& audience) {
    json::Object object;
    object["tlp"] = to_string(audience.label);
    const auto add = [&](std::string_view field, const std::vector<std::string>& list) {
        if (list.empty()) return;
        json::Array array;
        for (const std::string& name : list) array.emplace_back(name);
        object[field] = std::move(array);
    };
    add("members", audience.members);
    add("groups", audience.groups);
    add("persons", audience.persons);
    return object;
}

Audience narrow(const Audience& statement, Tlp marking) {
    if (marking <= statement.label) return statement;
    Audience narrowed;
    narrowed.label = marking;
    if (marking == Tlp::kAmberStrict && statement.label == Tlp::kAmber) {
        narrowed.members = statement.members;
        narrowed.groups = statement.groups;
    }
    return narrowed;
}

bool may_read(const Viewer& viewer, const Audience& audience, std::string_view author) {
    if (audience.label == Tlp::kClear) return true;
    if (!viewer.known()) return false;
    const bool of_author = viewer.member == author;
    if (of_author && viewer.staff) return true;
    switch (audience.label) {
        case Tlp::kClear:
        case Tlp::kGreen:
            return true;
        case Tlp::kAmber:
        case Tlp::kAmberStrict: {
            if (audience.label == Tlp::kAmberStrict && !viewer.staff) return false;
            return of_author || holds(audience.members, viewer.member) ||
                   std::ranges::any_of(viewer.groups,
                                       [&](const auto& group) { return holds(audience.groups, group); });
        }
        case Tlp::kRed:
            return !viewer.person.empty() && holds(audience.persons, viewer.person);
    }
    return false;
}

}  // namespace comity::ledger
