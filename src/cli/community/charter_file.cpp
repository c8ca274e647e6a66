#include "cli/community/charter_file.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>

#include "cli/keys.h"
#include "cli/procedure/read_procedure.h"
#include "ledger/roll.h"
#include "ledger/statement.h"
#include "node/nearest.h"

namespace comity::cli {

namespace {

constexpr std::string_view kExample =
    R"(# The charter of a community: its founders sign it. Afterwards votes alone amend it (comity charter amend).
# Make each founder's key first (comity key generate cert-ke), then: comity community found charter.toml

name    = "East African Incident Response Network"
purpose = "We warn each other of attacks, answer incidents together and decide our rules by votes that all can recount."

# The name of this node's log, a URL without its scheme. It is signed with every checkpoint and stays for ever.
origin = "cert-ke.example/log"

# How many members must ask for a newcomer before it is admitted.
[admission]
sponsors = 2

# By which procedures rules are adopted, committees founded, and this charter amended: ids of comity procedure list,
# or files. What is voted on by another procedure is advice. Without this: any in which all may vote, and two thirds
# of all members for the charter (docs/governance.md).
# [procedures]
# rules  = "multistakeholder"
# bodies = ["multistakeholder", "simple-majority"]
# charter = "unanimity"

# A table for each founding member. class: government, international, company, technical, civil or citizen.
# key: the member's public key as it stands, or a file that holds it (beside this one, or in the data folder's keys).
[[member]]
id    = "cert-ke"
name  = "CERT Kenya"
class = "government"
key   = "cert-ke.pub"

[[member]]
id    = "kenic"
name  = "Kenya Network Information Centre"
class = "technical"
key   = "kenic.pub"
# custody = true   # the node holds the key on the member's behalf
)";

class CharterReader {
  public:
    CharterReader(Context& context, const std::string& file) : context_(context), file_(file) {}

    Result<CharterFile> read(const toml::table& table) {
        CharterFile charter;
        COMITY_CHECK(only(table, "", {"name", "purpose", "origin", "admission", "procedures", "member"}));
        COMITY_TRY(charter.name, text(table, "", "name"));
        COMITY_TRY(charter.purpose, text(table, "", "purpose"));
        COMITY_TRY(charter.origin, text(table, "", "origin"));
        if (const toml::node* admission = table.get("admission")) {
            const toml::table* inner = admission->as_table();
            if (inner == nullptr)
                return fault(*admission, "admission", "must be a table",
                             "write [admission] and below it sponsors = 1");
            COMITY_CHECK(only(*inner, "admission.", {"sponsors"}));
            const toml::node* sponsors = inner->get("sponsors");
            const auto count =
                sponsors == nullptr ? std::optional<std::int64_t>(1) : sponsors->value_exact<std::int64_t>();
            if (!count || *count < 1)
                return fault(*sponsors, "admission.sponsors", "must be a whole number from 1",
                             "write sponsors = 1");
            charter.sponsors = *count;
        }
        if (const toml::node* procedures = table.get("procedures")) {
            const toml::table* inner = procedures->as_table();
            if (inner == nullptr)
                return fault(*procedures, "procedures", "must be a table",
                             "write [procedures] and below it rules = \"multistakeholder\"");
            COMITY_CHECK(only(*inner, "procedures.", {"rules", "bodies", "charter"}));
            COMITY_TRY(charter.rules_by, names(*inner, "rules"));
            COMITY_TRY(charter.bodies_by, names(*inner, "bodies"));
            COMITY_TRY(charter.charter_by, names(*inner, "charter"));
        }
        const toml::node* members = table.get("member");
        const toml::array* list = members == nullptr ? nullptr : members->as_array();
        if (list == nullptr || list->empty()) {
            return invalid(file_ + ": member", "a community needs at least one member",
                           "add a [[member]] table");
        }
        for (const toml::node& member : *list) {
            const toml::table* inner = member.as_table();
            if (inner == nullptr) return fault(member, "member", "must be a table", "write [[member]]");
            COMITY_TRY(CharterMember read, read_member(*inner));
            for (const CharterMember& other : charter.members) {
                if (other.id == read.id)
                    return fault(member, "member.id", fmt::format("{} stands there twice", read.id),
                                 "give each its own id");
            }
            charter.members.push_back(std::move(read));
        }
        return charter;
    }

  private:
    Failure fault(const toml::node& node, std::string_view path, std::string what, std::string mend) const {
        return invalid(fmt::format("{} line {}: {}", file_, node.source().begin.line, path), std::move(what),
                       std::move(mend));
    }

    Result<void> only(const toml::table& table, std::string_view prefix,
                      std::initializer_list<std::string_view> known) const {
        for (const auto& [key, value] : table) {
            if (std::ranges::find(known, key.str()) != known.end()) continue;
            const auto meant = node::nearest(key.str(), std::vector<std::string_view>(known));
            return invalid(fmt::format("{} line {}: {}{}", file_, key.source().begin.line, prefix, key.str()),
                           "unknown key",
                           meant ? fmt::format("did you mean {}?", *meant)
                                 : fmt::format("known are {}", fmt::join(known, ", ")));
        }
        return {};
    }

    Result<std::string> text(const toml::table& table, std::string_view prefix, std::string_view name) const {
        const toml::node* value = table.get(name);
        if (value == nullptr) {
            return invalid(
                fmt::format("{} line {}: {}{}", file_,
                            std::max<toml::source_index>(1, table.source().begin.line), prefix, name),
                "is missing", fmt::format("add {} = \"...\"", name));
        }
        const auto found = value->value_exact<std::string>();
        if (!found || found->empty())
            return fault(*value, fmt::format("{}{}", prefix, name), "must be a text",
                         "put it in double quotes");
        return *found;
    }

    // Of procedures: one, or a list; a file is looked for beside the charter.
    Result<std::vector<std::string>> names(const toml::table& table, std::string_view name) const {
        std::vector<std::string> list;
        const toml::node* value = table.get(name);
        if (value == nullptr) return list;
        const auto take = [&](const toml::node& node) -> Result<void> {
            const auto given = node.value_exact<std::string>();
            if (!given || given->empty())
                return fault(node, fmt::format("procedures.{}", name), "must be a text, or a list of texts",
                             "give an id of comity procedure list, or a file");
            std::error_code ignored;
            const auto beside = std::filesystem::path(file_).parent_path() / *given;
            list.push_back(std::filesystem::is_regular_file(beside, ignored) ? beside.string() : *given);
            return {};
        };
        if (const toml::array* several = value->as_array()) {
            for (const toml::node& node : *several) COMITY_CHECK(take(node));
        } else {
            COMITY_CHECK(take(*value));
        }
        return list;
    }

    Result<std::string> key(const toml::node& node) {
        const auto given = node.value_exact<std::string>();
        if (!given)
            return fault(node, "member.key", "must be a text",
                         "give the public key, or a file that holds it");
        std::string place = *given;
        std::error_code ignored;
        if (std::ranges::count(place, '+') < 2 && std::filesystem::path(place).is_relative()) {
            const auto beside = std::filesystem::path(file_).parent_path() / place;
            place = std::filesystem::exists(beside, ignored) ? beside.string()
                                                             : (keys_folder(context_) / place).string();
        }
        auto read = read_public_key(context_, place);
        if (!read)
            return within(fmt::format("{} line {}: member.key", file_, node.source().begin.line),
                          std::move(read).error());
        return read->text();
    }

    Result<CharterMember> read_member(const toml::table& table) {
        CharterMember member;
        COMITY_CHECK(only(table, "member.", {"id", "name", "class", "key", "keys", "custody"}));
        COMITY_TRY(member.id, text(table, "member.", "id"));
        const std::string where = fmt::format("{} line {}: member.", file_, table.source().begin.line);
        COMITY_CHECK(ledger::check_member_id(member.id, where + "id"));
        COMITY_TRY(member.name, text(table, "member.", "name"));
        COMITY_TRY(member.stakeholder_class, text(table, "member.", "class"));
        COMITY_CHECK(ledger::parse_stakeholder_class(member.stakeholder_class, where + "class"));
        if (const toml::node* one = table.get("key")) {
            COMITY_TRY(member.keys.emplace_back(), key(*one));
        }
        if (const toml::node* several = table.get("keys")) {
            const toml::array* list = several->as_array();
            if (list == nullptr)
                return fault(*several, "member.keys", "must be a list",
                             "write keys = [\"a.pub\", \"b.pub\"]");
            for (const toml::node& item : *list) {
                COMITY_TRY(member.keys.emplace_back(), key(item));
            }
        }
        if (member.keys.empty())
            return invalid(where + "key", "is missing", fmt::format("comity key generate {}", member.id));
        if (const toml::node* custody = table.get("custody")) {
            const auto value = custody->value_exact<bool>();
            if (!value)
                return fault(*custody, "member.custody", "must be true or false",
                             "leave it out where the member holds its key");
            member.custody = *value;
        }
        return member;
    }

    Context& context_;
    const std::string& file_;
};

}  // namespace

json::Object CharterFile::body() const {
    json::Array list;
    for (const CharterMember& member : members) {
        json::Array keys;
        for (const std::string& key : member.keys)
            keys.push_back(json::Object{{"key", key}, {"custody", member.custody}});
        list.push_back(json::Object{{"id", member.id},
                                    {"name", member.name},
                                    {"class", member.stakeholder_class},
                                    {"keys", std::move(keys)}});
    }
    json::Object form{{"name", name},
                      {"purpose", purpose},
                      {"admission", json::Object{{"sponsors", sponsors}}},
                      {"members", std::move(list)}};
    if (!procedures.empty()) form["procedures"] = procedures;
    return form;
}

Result<void> add_procedures(Context& context, CharterFile& charter) {
    for (const auto& [name, list] :
         {std::pair("rules", &charter.rules_by), std::pair("bodies", &charter.bodies_by),
          std::pair("charter", &charter.charter_by)}) {
        json::Array whole;
        for (const std::string& given : *list) {
            COMITY_TRY(NamedProcedure procedure, read_procedure(context, given));
            whole.push_back(std::move(procedure.json));
        }
        if (!whole.empty()) charter.procedures[name] = std::move(whole);
    }
    return {};
}

Result<CharterFile> parse_charter_file(Context& context, std::string_view text, const std::string& file) {
    toml::table table;
    try {
        table = toml::parse(text, file);
    } catch (const toml::parse_error& e) {
        return invalid(fmt::format("{} line {}", file, e.source().begin.line), std::string(e.description()),
                       "comity community found --example prints an example");
    } catch (const std::exception& e) {
        return invalid(file, e.what(), "comity community found --example prints an example");
    }
    return CharterReader(context, file).read(table);
}

std::string_view example_charter() {
    return kExample;
}

}  // namespace comity::cli
