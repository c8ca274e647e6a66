// Reads an object field by field and says exactly what is wrong: "body.member.class: is missing".
//
//     COMITY_TRY(json::Fields fields, json::Fields::of(value, "body"));
//     COMITY_TRY(std::string name, fields.text("name", 1, 200));
//     COMITY_TRY(std::optional<std::int64_t> size, fields.optional_integer("size", 0, kMaxSize));
//     COMITY_CHECK(fields.nothing_else());   // a key that nobody asked for is an error
//
// Refers to the value it reads, which must outlive it. All errors are kInvalid with the field's path as
// place.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace comity::json {

class Fields {
  public:
    // kInvalid if `value` is no object. `path` is what comes before the field names in errors; may be empty.
    static Result<Fields> of(const Value& value, std::string path);

    bool has(std::string_view name) const;
    // Sizes of texts are in bytes of UTF-8, both ends included.
    Result<std::string> text(std::string_view name, std::size_t min, std::size_t max);
    Result<std::optional<std::string>> optional_text(std::string_view name, std::size_t min, std::size_t max);
    Result<std::int64_t> integer(std::string_view name, std::int64_t min, std::int64_t max);
    Result<std::optional<std::int64_t>> optional_integer(std::string_view name, std::int64_t min,
                                                         std::int64_t max);
    Result<bool> boolean(std::string_view name, std::optional<bool> otherwise = std::nullopt);
    Result<const Object*> object(std::string_view name);           // never null
    Result<const Object*> optional_object(std::string_view name);  // null where absent
    Result<const Array*> array(std::string_view name, std::size_t min, std::size_t max);
    Result<const Array*> optional_array(std::string_view name, std::size_t min,
                                        std::size_t max);  // null where absent
    Result<std::vector<std::string>> texts(std::string_view name, std::size_t min,
                                           std::size_t max);  // array of texts
    Result<std::vector<std::string>> optional_texts(std::string_view name,
                                                    std::size_t max);  // empty where absent
    const Value* any(std::string_view name);  // null where absent; counts as asked for

    Result<void> nothing_else() const;
    std::string path(std::string_view name) const;  // "body.member.class"

  private:
    Fields(const Object& object, std::string path) : object_(&object), path_(std::move(path)) {}
    const Object* object_;
    std::string path_;
    std::vector<std::string_view> asked_;
};

}  // namespace comity::json
