#include "intelligence/search/facts.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "intelligence/pattern/pattern.h"
#include "intelligence/search/term.h"
#include "intelligence/stix/object.h"
#include "intelligence/stix/rules.h"

namespace comity::intelligence::search {
namespace {

namespace dom = simdjson::dom;

// Properties of observables that name the thing itself (STIX 2.1 section 6).
constexpr std::string_view kValueProperties[] = {
    "value",         "name",         "key",     "url", "user_id", "account_login", "display_name",
    "serial_number", "command_line", "subject", "cpe", "path",    "number"};
// Texts for people, whose words can be searched.
constexpr std::string_view kTextProperties[] = {"name", "description", "abstract", "content", "explanation"};
constexpr std::size_t kMaxWord = 64;  // bytes; longer ones are no words
constexpr std::string_view kValueKinds = "anduhm";

class FactReader {
  public:
    FactReader(Facts& facts, std::string_view source) : facts_(facts) {
        add(make_term(Kind::kSource, source));
    }

    void read(const dom::object& object) {
        const std::string_view type = text(object, "type");
        add(make_term(Kind::kType, type));
        read_properties(object, type);
        for (const std::string_view property : kTextProperties) add_words(text(object, property));
        each_text(object, "aliases", [&](std::string_view alias) {
            add_words(alias);
            add_value(alias);
        });
        read_labels(object);
        references(object, "");
        facts_.name = text(object, "name");
        facts_.relationship = text(object, "relationship_type");
        facts_.opinion = text(object, "opinion");
        facts_.valid_from = time(object, "valid_from");
        facts_.valid_until = time(object, "valid_until");
        facts_.seen = time(object, "last_seen");
        if (!facts_.seen) facts_.seen = time(object, "first_seen");
        facts_.confidence = number(object, "confidence", 100);
        facts_.revoked = truth(object, "revoked");
        facts_.count = number(object, "count", 999'999'999);
        tidy(facts_.terms);
        tidy(facts_.values);
    }

  private:
    void read_properties(const dom::object& object, std::string_view type) {
        if (rules_of(type).object_class == ObjectClass::kObservable) {
            read_observable(object);
        } else if (type == "observed-data") {
            dom::object within;  // STIX 2.0 and 2.1's deprecated form
            if (object["objects"].get(within) == simdjson::SUCCESS) {
                for (const dom::key_value_pair field : within) {
                    dom::object observable;
                    if (field.value.get(observable) == simdjson::SUCCESS) read_observable(observable);
                }
            }
        } else {
            const std::string_view name = text(object, "name");
            if (!name.empty()) add_terms(value_terms(name), false);
        }
        if (type == "indicator" && is_stix_pattern(object)) {
            for (const std::string& value : values_of_pattern(text(object, "pattern"))) add_value(value);
        }
        dom::array references;
        if (object["external_references"].get(references) != simdjson::SUCCESS) return;
        for (const dom::element element : references) {
            dom::object reference;
            if (element.get(reference) == simdjson::SUCCESS)
                add_terms(value_terms(text(reference, "external_id")), false);
        }
    }

    static bool is_stix_pattern(const dom::object& object) {
        const std::string_view language = text(object, "pattern_type");
        return language.empty() || language == "stix";  // STIX 2.0 knew no other
    }

    void read_observable(const dom::object& object) {
        for (const std::string_view property : kValueProperties) {
            dom::element element;
            if (object[property].get(element) != simdjson::SUCCESS) continue;
            std::string_view value;
            std::int64_t number = 0;
            if (element.get(value) == simdjson::SUCCESS) {
                add_value(value);
            } else if (element.get(number) == simdjson::SUCCESS) {  // an autonomous system
                add_value(std::to_string(number));
                add_value("AS" + std::to_string(number));
            }
        }
        dom::object hashes;
        if (object["hashes"].get(hashes) != simdjson::SUCCESS) return;
        for (const dom::key_value_pair field : hashes) {
            std::string_view value;
            if (field.value.get(value) == simdjson::SUCCESS) add_value(value);
        }
    }

    void read_labels(const dom::object& object) {
        for (const dom::key_value_pair field : object) {
            if (field.key != "labels" && !field.key.ends_with("_types")) continue;
            each_text(object, field.key, [&](std::string_view label) {
                add(make_term(Kind::kLabel, folded(label)));
                add_words(label);
            });
        }
    }

    // Every reference, wherever it stands.
    void references(const dom::element& element, const std::string& path) {
        dom::object object;
        if (element.get(object) == simdjson::SUCCESS) return references(object, path);
        dom::array array;
        if (element.get(array) != simdjson::SUCCESS) return;
        for (const dom::element each : array) references(each, path);
    }
    void references(const dom::object& object, const std::string& path) {
        for (const dom::key_value_pair field : object) {
            const std::string name =
                path.empty() ? std::string(field.key) : path + "." + std::string(field.key);
            if (field.key == "object_marking_refs" || field.key == "marking_ref") continue;
            std::string_view id;
            dom::array many;
            if (field.key.ends_with("_ref") && field.value.get(id) == simdjson::SUCCESS) {
                refer(name, id);
            } else if (field.key.ends_with("_refs") && field.value.get(many) == simdjson::SUCCESS) {
                for (const dom::element each : many) {
                    if (each.get(id) == simdjson::SUCCESS) refer(name, id);
                }
            } else {
                references(field.value, name);
            }
        }
    }
    void refer(const std::string& property, std::string_view id) {
        const auto parsed = ObjectId::parse(id);
        if (!parsed) return;  // STIX 2.0 refers within an observed-data by numbers
        facts_.references.push_back({property, parsed->text()});
        add(make_term(Kind::kReference, facts_.references.back().id));
    }

    static std::string_view text(const dom::object& object, std::string_view property) {
        std::string_view value;
        return object[property].get(value) == simdjson::SUCCESS ? value : std::string_view();
    }
    static bool truth(const dom::object& object, std::string_view property) {
        bool value = false;
        return object[property].get(value) == simdjson::SUCCESS && value;
    }
    static std::optional<Time> time(const dom::object& object, std::string_view property) {
        const auto parsed = parse_time(text(object, property));
        return parsed ? std::optional(*parsed) : std::nullopt;
    }
    static std::optional<int> number(const dom::object& object, std::string_view property, int max) {
        std::int64_t value = 0;
        if (object[property].get(value) != simdjson::SUCCESS || value < 0 || value > max) return std::nullopt;
        return static_cast<int>(value);
    }
    template <typename Each>
    static void each_text(const dom::object& object, std::string_view property, const Each& each) {
        dom::array list;
        if (object[property].get(list) != simdjson::SUCCESS) return;
        for (const dom::element element : list) {
            std::string_view value;
            if (element.get(value) == simdjson::SUCCESS) each(value);
        }
    }

    void add(std::string term) { facts_.terms.push_back(std::move(term)); }
    void add_value(std::string_view value) { add_terms(value_terms(value), true); }
    void add_terms(std::vector<std::string> terms, bool common) {
        for (std::string& term : terms) {
            if (common && kValueKinds.find(term.front()) != std::string_view::npos)
                facts_.values.push_back(term);
            add(std::move(term));
        }
    }
    void add_words(std::string_view text) {
        for (const std::string& word : words_of(text)) {
            if (word.size() <= kMaxWord) add(make_term(Kind::kWord, word));
        }
    }
    static void tidy(std::vector<std::string>& list) {
        std::ranges::sort(list);
        const auto repeated = std::ranges::unique(list);
        list.erase(repeated.begin(), repeated.end());
    }

    Facts& facts_;
};

dom::parser& parser() {
    thread_local dom::parser kept;
    return kept;
}

// A number as it is written, whole or not.
std::optional<double> real_of(std::string_view text) {
    double real = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), real);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return real;
}

// A number of any spelling has one here.
std::string real_text(double real) {
    return fmt::format("{}", real);
}

bool is_value(const dom::element& element, std::string_view value) {
    std::string_view text;
    if (element.get(text) == simdjson::SUCCESS) return text == value;
    bool truth = false;
    if (element.get(truth) == simdjson::SUCCESS) return value == (truth ? "true" : "false");
    std::int64_t number = 0;
    if (element.get(number) == simdjson::SUCCESS) return value == std::to_string(number);
    double real = 0;
    return element.get(real) == simdjson::SUCCESS && real_of(value) == real;
}

bool holds(const dom::element& element, std::string_view path, std::string_view value) {
    dom::array list;
    if (element.get(list) == simdjson::SUCCESS) {
        return std::ranges::any_of(list, [&](const dom::element& each) { return holds(each, path, value); });
    }
    if (path.empty()) return is_value(element, value);
    dom::object object;
    if (element.get(object) != simdjson::SUCCESS) return false;
    const std::size_t dot = path.find('.');
    dom::element next;
    if (object[path.substr(0, dot)].get(next) != simdjson::SUCCESS) return false;
    return holds(next, dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1), value);
}

// The type has a term of another kind already (FactReader).
constexpr std::string_view kType = "type";

// Walks as holds() does, so that what it may be asked for is there.
class PropertyReader {
  public:
    void read(const dom::element& element, const std::string& path) {
        dom::array list;
        if (element.get(list) == simdjson::SUCCESS) {
            for (const dom::element each : list) read(each, path);
            return;
        }
        dom::object object;
        if (element.get(object) != simdjson::SUCCESS) return read_value(element, path);
        for (const dom::key_value_pair field : object) {
            // No path of a question leads there.
            if (field.key.empty() || field.key.find('.') != std::string_view::npos) continue;
            read(field.value, path.empty() ? std::string(field.key) : path + "." + std::string(field.key));
        }
    }
    std::vector<std::string> terms;

  private:
    void read_value(const dom::element& element, const std::string& path) {
        std::string_view text;
        bool truth = false;
        std::int64_t number = 0;
        double real = 0;
        if (element.get(text) == simdjson::SUCCESS) {
            if (path != kType) terms.push_back(property_term(path, text));
        } else if (element.get(truth) == simdjson::SUCCESS) {
            terms.push_back(property_term(path, truth ? "true" : "false"));
        } else if (element.get(number) == simdjson::SUCCESS) {
            terms.push_back(property_term(path, std::to_string(number)));
        } else if (element.get(real) == simdjson::SUCCESS) {
            terms.push_back(property_term(path, real_text(real)));
        }
    }
};

}  // namespace

std::vector<std::string> property_terms(std::string_view object) {
    dom::element json;
    if (object.empty() || parser().parse(object.data(), object.size()).get(json) != simdjson::SUCCESS)
        return {};
    PropertyReader reader;
    reader.read(json, "");
    std::ranges::sort(reader.terms);
    const auto repeated = std::ranges::unique(reader.terms);
    reader.terms.erase(repeated.begin(), repeated.end());
    return std::move(reader.terms);
}

std::vector<TermRange> property_ranges(std::string_view path, std::string_view value) {
    std::vector<TermRange> ranges;
    const auto only = [&](const std::string& term) { ranges.push_back({term, term}); };
    if (path == kType) {
        only(make_term(Kind::kType, value));
        return ranges;
    }
    only(property_term(path, value));
    // A number may stand in the object as 2.50, and here as 2.5.
    const auto real = real_of(value);
    if (real && real_text(*real) != value) only(property_term(path, real_text(*real)));
    return ranges;
}

std::optional<Facts> facts_of(std::string_view object, std::string_view source) {
    dom::object json;
    if (object.empty() || parser().parse(object.data(), object.size()).get(json) != simdjson::SUCCESS)
        return std::nullopt;
    Facts facts;
    FactReader(facts, source).read(json);
    return facts;
}

std::vector<std::string> values_of_pattern(std::string_view text) {
    auto pattern = parse_pattern(text);
    if (!pattern) pattern = parse_pattern(text, PatternGrammar::k20);
    std::vector<std::string> values;
    if (!pattern) return values;
    for (const Comparison& comparison : pattern->comparisons) {
        const bool equal = comparison.comparator == Comparator::kEqual ||
                           comparison.comparator == Comparator::kIn ||
                           comparison.comparator == Comparator::kIsSubset ||
                           comparison.comparator == Comparator::kIsSuperset;
        if (!equal || comparison.negated) continue;
        for (std::uint32_t i = 0; i < comparison.literals.count; ++i) {
            const Literal& literal = pattern->literals[comparison.literals.first + i];
            if (literal.kind == Literal::Kind::kString) values.emplace_back(pattern->text(literal.text));
            if (literal.kind == Literal::Kind::kInteger) values.push_back(std::to_string(literal.integer));
        }
    }
    return values;
}

bool property_is(std::string_view object, std::string_view path, std::string_view value) {
    dom::element json;
    if (object.empty() || parser().parse(object.data(), object.size()).get(json) != simdjson::SUCCESS)
        return false;
    return holds(json, path, value);
}

}  // namespace comity::intelligence::search
