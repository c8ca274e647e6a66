#include "json/fields.h"

#include <algorithm>

namespace comity::json {
namespace {

std::string count_of(std::size_t n, std::string_view unit) {
    return std::to_string(n) + " " + std::string(unit) + (n == 1 ? "" : "s");
}

// Is this count within its bounds?
Result<void> check_count(std::size_t n, std::size_t min, std::size_t max, std::string_view unit,
                         std::string where) {
    if (n < min && n == 0) return invalid(std::move(where), "must not be empty");
    if (n < min) return invalid(std::move(where), "is too short: " + count_of(min, unit) + " at the least");
    if (n > max) return invalid(std::move(where), "is too long: " + count_of(max, unit) + " at the most");
    return {};
}

Result<std::string> as_text_between(const Value& value, std::size_t min, std::size_t max, std::string where) {
    const auto* text = value.if_string();
    if (text == nullptr) return invalid(std::move(where), "must be a text");
    COMITY_CHECK(check_count(text->size(), min, max, "byte", std::move(where)));
    return std::string(text->data(), text->size());
}

Result<std::int64_t> as_integer_between(const Value& value, std::int64_t min, std::int64_t max,
                                        std::string where) {
    const bool is_large = value.is_uint64() && value.get_uint64() > static_cast<std::uint64_t>(INT64_MAX);
    if (!value.is_int64() && !value.is_uint64()) return invalid(std::move(where), "must be an integer");
    const std::int64_t n = value.is_int64() ? value.get_int64()
                           : is_large       ? INT64_MAX
                                            : static_cast<std::int64_t>(value.get_uint64());
    if (is_large || n < min || n > max) {
        return invalid(std::move(where),
                       "must be from " + std::to_string(min) + " to " + std::to_string(max));
    }
    return n;
}

Result<std::vector<std::string>> as_texts(const Array& array, const std::string& where) {
    std::vector<std::string> out;
    out.reserve(array.size());
    for (const Value& element : array) {
        const auto* text = element.if_string();
        if (text == nullptr) return invalid(where + "[" + std::to_string(out.size()) + "]", "must be a text");
        out.emplace_back(text->data(), text->size());
    }
    return out;
}

Failure missing(std::string where) {
    return invalid(std::move(where), "is missing");
}

}  // namespace

Result<Fields> Fields::of(const Value& value, std::string path) {
    const Object* object = value.if_object();
    if (object == nullptr) return invalid(std::move(path), "must be an object");
    Fields fields(*object, std::move(path));
    fields.asked_.reserve(object->size());
    return fields;
}

bool Fields::has(std::string_view name) const {
    return object_->contains(name);
}

const Value* Fields::any(std::string_view name) {
    const auto* found = object_->find(name);
    if (found == object_->end()) return nullptr;
    // The object's own bytes: the caller's may be gone by nothing_else().
    asked_.emplace_back(found->key().data(), found->key().size());
    return &found->value();
}

std::string Fields::path(std::string_view name) const {
    return path_.empty() ? std::string(name) : path_ + "." + std::string(name);
}

Result<std::string> Fields::text(std::string_view name, std::size_t min, std::size_t max) {
    const Value* value = any(name);
    if (value == nullptr) return missing(path(name));
    return as_text_between(*value, min, max, path(name));
}

Result<std::optional<std::string>> Fields::optional_text(std::string_view name, std::size_t min,
                                                         std::size_t max) {
    const Value* value = any(name);
    if (value == nullptr) return std::nullopt;
    return as_text_between(*value, min, max, path(name));
}

Result<std::int64_t> Fields::integer(std::string_view name, std::int64_t min, std::int64_t max) {
    const Value* value = any(name);
    if (value == nullptr) return missing(path(name));
    return as_integer_between(*value, min, max, path(name));
}

Result<std::optional<std::int64_t>> Fields::optional_integer(std::string_view name, std::int64_t min,
                                                             std::int64_t max) {
    const Value* value = any(name);
    if (value == nullptr) return std::nullopt;
    return as_integer_between(*value, min, max, path(name));
}

Result<bool> Fields::boolean(std::string_view name, std::optional<bool> otherwise) {
    const Value* value = any(name);
    if (value == nullptr && otherwise) return *otherwise;
    if (value == nullptr) return missing(path(name));
    if (!value->is_bool()) return invalid(path(name), "must be true or false");
    return value->get_bool();
}

Result<const Object*> Fields::optional_object(std::string_view name) {
    const Value* value = any(name);
    if (value == nullptr) return nullptr;
    if (!value->is_object()) return invalid(path(name), "must be an object");
    return value->if_object();
}

Result<const Object*> Fields::object(std::string_view name) {
    if (!has(name)) return missing(path(name));
    return optional_object(name);
}

Result<const Array*> Fields::optional_array(std::string_view name, std::size_t min, std::size_t max) {
    const Value* value = any(name);
    if (value == nullptr) return nullptr;
    const Array* array = value->if_array();
    if (array == nullptr) return invalid(path(name), "must be an array");
    COMITY_CHECK(check_count(array->size(), min, max, "element", path(name)));
    return array;
}

Result<const Array*> Fields::array(std::string_view name, std::size_t min, std::size_t max) {
    if (!has(name)) return missing(path(name));
    return optional_array(name, min, max);
}

Result<std::vector<std::string>> Fields::texts(std::string_view name, std::size_t min, std::size_t max) {
    COMITY_TRY(const Array* found, array(name, min, max));
    return as_texts(*found, path(name));
}

Result<std::vector<std::string>> Fields::optional_texts(std::string_view name, std::size_t max) {
    COMITY_TRY(const Array* found, optional_array(name, 0, max));
    if (found == nullptr) return std::vector<std::string>();
    return as_texts(*found, path(name));
}

Result<void> Fields::nothing_else() const {
    for (const auto& member : *object_) {
        const std::string_view key(member.key().data(), member.key().size());
        if (std::ranges::find(asked_, key) == asked_.end()) return invalid(path(key), "is not known here");
    }
    return {};
}

}  // namespace comity::json
