// Holds a JSON object to a schema: what STIX says MUST be is an error, what it says SHOULD be is advice,
// gathered only where it is asked for. Only for object.cpp and its neighbours: it shows simdjson.
#pragma once

#include <simdjson.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "intelligence/stix/object.h"
#include "intelligence/stix/schema.h"

namespace comity::intelligence {

// An object's properties by their index in its schema.
struct Seen {
    explicit Seen(const Schema& of) : schema(&of) {}

    bool has(std::uint8_t index) const { return index != Schema::kNone && (mask >> index & 1) != 0; }
    bool has(std::string_view name) const { return has(schema->find(name)); }
    // Nothing where it is absent or of another kind.
    std::optional<std::string_view> text(std::string_view name) const;
    std::optional<bool> boolean(std::string_view name) const;
    std::optional<Time> time(std::string_view name) const;
    std::optional<simdjson::dom::array> list(std::string_view name) const;
    std::optional<simdjson::dom::object> object(std::string_view name) const;

    const Schema* schema;
    std::uint64_t mask = 0;
    std::array<simdjson::dom::element, 64> values;
    std::array<Time, 64> times;  // of those of kind kTime
};

// Where in the object a value stands; made on the stack, read only for an error.
struct Place {
    const Place* up = nullptr;
    std::string_view name{};
    std::size_t index = kNoIndex;  // in a list, instead of a name

    static constexpr std::size_t kNoIndex = static_cast<std::size_t>(-1);
    std::string text() const;  // "external_references[0].url"
};

class Check {
  public:
    // `advice` may be null. Both must outlive it.
    Check(std::string_view name, Spec spec, std::vector<Advice>* advice)
        : name_(name), spec_(spec), advice_(advice) {}

    // False where a MUST is broken: then error() says which.
    bool object(const simdjson::dom::object& json, Seen& seen);
    Error error() { return std::move(error_); }

    // For the rules of types and for advice.
    bool wrong(const Place& at, std::string what, std::string mend = {});
    bool wrong(std::string_view property, std::string what, std::string mend = {});
    void advise(const Place& at, std::string what, std::string_view rule);
    void advise(std::string_view property, std::string what, std::string_view rule);
    bool advises() const { return advice_ != nullptr; }
    std::string section(const Schema& schema) const;  // "STIX 2.1 section 4.7"
    Spec spec() const { return spec_; }

  private:
    using Element = simdjson::dom::element;

    bool fields(const simdjson::dom::object& json, Seen& seen, const Place* up);
    bool unknown(const simdjson::dom::key_value_pair& field, const Place& at, const Schema& schema);
    bool rules(const Seen& seen, const Place* up);
    bool value(const Property& property, const Element& element, const Place& at, Time* time);
    bool one(const Property& property, const Element& element, const Place& at, Time* time);
    bool text_form(const Property& property, std::string_view text, const Place& at, Time* time);
    bool reference(const Property& property, std::string_view text, const Place& at);
    bool time(std::string_view text, const Place& at, Time* into);
    bool dictionary(const Element& element, const Place& at);
    bool hashes(const Element& element, const Place& at);
    bool extensions(const Element& element, const Place& at);
    bool container(const Element& element, const Place& at);
    bool contained(const Element& element, const Place& at);
    // False where finding what references and selectors lead to has become too much work: each is a walk over
    // the names of an object, and a hostile object has many of both.
    bool spend(std::size_t steps) { return (work_ += steps) <= kMaxWork; }
    bool no_key_twice(const Element& element, const Place& at);
    bool selectors(const simdjson::dom::object& json, const Seen& seen);

    static constexpr std::size_t kMaxWork = 4'000'000;  // names compared, some hundredths of a second

    std::string_view name_;
    Spec spec_;
    std::vector<Advice>* advice_;
    std::optional<simdjson::dom::object> container_;  // inside one of 2.0: what references lead into
    std::size_t work_ = 0;
    Error error_;
};

// The rules of a type that schema_table.h has no words for. False as Check::object.
bool check_type_rules(Check& check, const Seen& seen);

// What the specification says a producer SHOULD do, beyond what Check::object sees on its way.
void advise_on(Check& check, const Seen& seen, const ObjectId& id);

}  // namespace comity::intelligence
