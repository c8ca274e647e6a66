#include "intelligence/stix/schema.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <memory>
#include <string>

#include "intelligence/stix/schema_table.h"
#include "intelligence/stix/vocabulary.h"

namespace comity::intelligence {
namespace {

constexpr std::string_view kVersioned =
    "type! s, id! s, spec_version s, created_by_ref r:identity, created! t, modified! t, revoked b, labels "
    "[s], "
    "confidence+21 i(0..100), lang+21 l, external_references [o:external-reference], "
    "object_marking_refs [r:marking-definition], granular_markings [o:granular-marking], extensions+21 m";
constexpr std::string_view kMarkingTypes =
    "type! s, id! s, spec_version s, created_by_ref r:identity, created! t, "
    "external_references [o:external-reference], object_marking_refs [r:marking-definition], "
    "granular_markings [o:granular-marking], extensions+21 m";
constexpr std::string_view kObservableMembers =
    "type! s, id! s, spec_version s, object_marking_refs [r:marking-definition], "
    "granular_markings [o:granular-marking], extensions m, defanged b";
constexpr std::string_view kContained =
    "type! s, id s, spec_version s, extensions m";  // in the objects container
constexpr std::string_view kCustomMembers =
    "type! s, id! s, spec_version s, created_by_ref r:identity, created t, modified t, revoked b, labels "
    "[s], "
    "confidence+21 i(0..100), lang+21 l, external_references [o:external-reference], "
    "object_marking_refs [r:marking-definition], granular_markings [o:granular-marking], extensions m, "
    "defanged b";

// Types that STIX 2.0 does not know; there they are custom ones.
constexpr std::string_view kOnly21 =
    "extension-definition grouping incident infrastructure language-content location malware-analysis note "
    "opinion";

// Cuts `text` at the first `separator`; the rest stays in it.
std::string_view cut(std::string_view& text, std::string_view separator) {
    const std::size_t at = std::min(text.find(separator), text.size());
    const std::string_view first = text.substr(0, at);
    text.remove_prefix(std::min(at + separator.size(), text.size()));
    return first;
}

double number(std::string_view text, double otherwise) {
    std::from_chars(text.data(), text.data() + text.size(), otherwise);
    return otherwise;
}

class Schemas {
  public:
    explicit Schemas(Spec spec) : spec_(spec) {
        for (const SchemaRow& row : schema_table()) {
            auto schema = std::make_unique<Schema>();
            schema->name = row.name;
            schema->section = row.section;
            all_.push_back(std::move(schema));
        }
        assert(std::ranges::is_sorted(all_, {}, [](const auto& one) { return one->name; }));
        std::size_t index = 0;
        for (const SchemaRow& row : schema_table()) fill(*all_[index++], row);
        custom_.name = "custom";
        custom_.section = "3.2";
        add(custom_, kCustomMembers, false);
        finish(custom_);
    }

    const Schema* find(std::string_view name) const {
        const auto found =
            std::ranges::lower_bound(all_, name, {}, [](const auto& one) { return one->name; });
        return found != all_.end() && (*found)->name == name ? found->get() : nullptr;
    }
    const Schema& custom() const { return custom_; }

  private:
    void fill(Schema& schema, const SchemaRow& row) {
        add(schema, row.properties, true);
        switch (rules_of(row.name).object_class) {
            case ObjectClass::kDomain:
            case ObjectClass::kRelationship:
            case ObjectClass::kMeta:
                add(schema, kVersioned, false);
                break;
            case ObjectClass::kMarking:
                add(schema, kMarkingTypes, false);
                break;
            case ObjectClass::kObservable:
                add(schema, spec_ == Spec::k21 ? kObservableMembers : kContained, false);
                break;
            case ObjectClass::kCustom:
                break;  // a part: it has its own only
        }
        finish(schema);
        std::string_view rules = row.rules;
        while (!rules.empty()) rule(schema, cut(rules, "; "));
    }

    void add(Schema& schema, std::string_view properties, bool own) {
        while (!properties.empty()) {
            std::string_view kind = cut(properties, ", ");
            std::string_view name = cut(kind, " ");
            Property property{.name = name.substr(0, name.find_first_of("!+")), .own = own};
            std::string_view flags = name.substr(property.name.size());
            const auto flag = [&](std::string_view which) {
                if (!flags.starts_with(which)) return false;
                flags.remove_prefix(which.size());
                return true;
            };
            if (flag("!20")) {
                property.required = spec_ == Spec::k20;
            } else if (flag("!21")) {
                property.required = spec_ == Spec::k21;
            } else {
                property.required = flag("!");
            }
            if ((flag("+20") && spec_ != Spec::k20) || (flag("+21") && spec_ != Spec::k21)) continue;
            const bool there = std::ranges::any_of(
                schema.properties, [&](const Property& one) { return one.name == property.name; });
            if (there) continue;  // the type's own says more
            property.list = kind.starts_with('[');
            if (property.list) kind = kind.substr(1, kind.size() - 2);
            read_kind(property, kind);
            schema.properties.push_back(std::move(property));
        }
    }

    void read_kind(Property& property, std::string_view text) {
        const char letter = text.front();
        text.remove_prefix(std::min<std::size_t>(2, text.size()));  // "r:", "i("
        switch (letter) {
            case 's':
                property.kind = Kind::kString;
                break;
            case 'b':
                property.kind = Kind::kBoolean;
                break;
            case 't':
                property.kind = Kind::kTime;
                break;
            case 'x':
                property.kind = Kind::kHex;
                break;
            case 'y':
                property.kind = Kind::kBinary;
                break;
            case 'd':
                property.kind = Kind::kDictionary;
                break;
            case 'h':
                property.kind = Kind::kHashes;
                break;
            case 'l':
                property.kind = Kind::kLanguage;
                break;
            case 'c':
                property.kind = Kind::kContainer;
                break;
            case 'm':
                property.kind = Kind::kAnything;
                break;
            case 'n':
                property.kind = Kind::kInteger;
                property.min = 0;
                break;
            case 'i':
            case 'f':
                property.kind = letter == 'i' ? Kind::kInteger : Kind::kNumber;
                if (!text.empty()) {
                    property.min = number(cut(text, ".."), property.min);
                    property.max = number(text, property.max);
                }
                break;
            case 'e':
            case 'v':
                property.kind = letter == 'e' ? Kind::kEnumeration : Kind::kOpenVocabulary;
                property.vocabulary = text;
                property.words = vocabulary(text);
                assert(!property.words.empty());
                break;
            case 'o':
                property.kind = Kind::kObject;
                property.object = find(text);
                assert(property.object != nullptr);
                break;
            case 'r':
                property.kind = Kind::kReference;
                while (!text.empty()) target(property.targets, cut(text, "|"));
                break;
            default:
                assert(false);
        }
    }

    static void target(Targets& targets, std::string_view name) {
        if (name == "any") {
            targets.anything = true;
        } else if (name == "related") {
            targets.related = true;
        } else if (name == "sdo") {
            targets.domain_objects = true;
        } else if (name == "sco") {
            targets.observables = true;
        } else if (name == "sro") {
            targets.relationships = true;
        } else {
            targets.types.push_back(name);
        }
    }

    static void finish(Schema& schema) {
        assert(schema.properties.size() <= 64);
        schema.slots.fill(Schema::kNone);
        for (std::size_t i = 0; i < schema.properties.size(); ++i) {
            const Property& property = schema.properties[i];
            if (property.required) schema.required |= std::uint64_t{1} << i;
            if (property.own) schema.own |= std::uint64_t{1} << i;
            std::size_t slot = slot_of(property.name);
            while (schema.slots[slot] != Schema::kNone) slot = (slot + 1) % Schema::kSlots;
            schema.slots[slot] = static_cast<std::uint8_t>(i);
        }
    }

    // A rule that names a property which this version does not know falls away.
    void rule(Schema& schema, std::string_view text) {
        SchemaRule made;
        std::string_view rest = text;
        std::string_view word = cut(rest, " ");
        if (word.ends_with("@21")) {
            if (spec_ != Spec::k21) return;
            word.remove_suffix(3);
        }
        if (word == "some") {
            made.properties = schema.own;
            schema.rules.push_back(made);
            return;
        }
        std::vector<std::uint8_t> named;
        const auto name = [&](std::string_view property) {
            const std::uint8_t index = schema.find(property);
            if (index != Schema::kNone) named.push_back(index);
        };
        std::size_t wanted = 2;
        if (word == "any" || word == "one") {
            made.kind = word == "any" ? SchemaRule::Kind::kAny : SchemaRule::Kind::kOne;
            wanted = 1;
            while (!rest.empty()) name(cut(rest, "|"));
        } else if (word == "with") {
            made.kind = SchemaRule::Kind::kWith;
            name(cut(rest, " "));
            name(rest);
        } else {
            made.kind = word.find("<=") != std::string_view::npos ? SchemaRule::Kind::kNotAfter
                                                                  : SchemaRule::Kind::kBefore;
            name(word.substr(0, word.find('<')));
            name(word.substr(word.find_last_of("<=") + 1));
        }
        if (named.size() < wanted) return;
        for (const std::uint8_t index : named) made.properties |= std::uint64_t{1} << index;
        made.first = named.front();
        made.second = named.back();
        schema.rules.push_back(made);
    }

  public:
    static std::size_t slot_of(std::string_view name) {
        const auto at = [&](std::size_t i) { return static_cast<unsigned char>(name[i]); };
        if (name.empty()) return 0;
        return (name.size() * 31 + at(0) * 7U + at(name.size() / 2) * 5U + at(name.size() - 1) * 3U) %
               Schema::kSlots;
    }

  private:
    Spec spec_;
    std::vector<std::unique_ptr<Schema>> all_;
    Schema custom_;
};

const Schemas& schemas(Spec spec) {
    static const Schemas k20(Spec::k20);
    static const Schemas k21(Spec::k21);
    return spec == Spec::k20 ? k20 : k21;
}

}  // namespace

bool Targets::allow(std::string_view type) const {
    if (anything) return type != "bundle";
    if (related) {
        return type != "relationship" && type != "sighting" && type != "bundle" &&
               type != "language-content" && type != "marking-definition";
    }
    if (std::ranges::find(types, type) != types.end()) return true;
    if (!observables && !domain_objects && !relationships) return false;
    switch (rules_of(type).object_class) {
        case ObjectClass::kDomain:
            return domain_objects;
        case ObjectClass::kRelationship:
            return relationships;
        case ObjectClass::kObservable:
            return observables;
        case ObjectClass::kMeta:
        case ObjectClass::kMarking:
            return false;
        case ObjectClass::kCustom:
            return type != "bundle";  // whose class nobody but its maker knows
    }
    return false;
}

std::string Targets::text() const {
    if (anything) return "object that can be referred to";
    if (related) return "domain object or observable";
    std::vector<std::string_view> parts(types);
    if (domain_objects) parts.emplace_back("domain object");
    if (observables) parts.emplace_back("observable");
    if (relationships) parts.emplace_back("relationship object");
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) text += i + 1 == parts.size() ? " or " : ", ";
        text += parts[i];
    }
    return text;
}

std::uint8_t Schema::find(std::string_view property) const {
    for (std::size_t slot = Schemas::slot_of(property); slots[slot] != kNone; slot = (slot + 1) % kSlots) {
        if (properties[slots[slot]].name == property) return slots[slot];
    }
    return kNone;
}

const Schema& schema_of(std::string_view type, Spec spec) {
    const Schemas& known = schemas(spec);
    if (rules_of(type).object_class == ObjectClass::kCustom) return known.custom();
    if (spec == Spec::k20 && is_only_21(type)) return known.custom();
    const Schema* schema = known.find(type);
    return schema != nullptr ? *schema : known.custom();
}

bool is_only_21(std::string_view type) {
    return has_word(kOnly21, type);
}

const Schema* part_schema(std::string_view name, Spec spec) {
    if (rules_of(name).object_class != ObjectClass::kCustom) return nullptr;
    return schemas(spec).find(name);
}

}  // namespace comity::intelligence
