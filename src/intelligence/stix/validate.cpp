#include "intelligence/stix/validate.h"

#include "intelligence/stix/bundle_objects.h"
#include "json/slices.h"

namespace comity::intelligence {
namespace {

// The objects of a bundle, each as it stands; of anything else the document itself.
Result<std::vector<std::string_view>> objects_of(std::string_view document) {
    auto objects = bundle_objects(document);
    // A bundle may hold nothing (STIX 2.1 section 8).
    if (!objects && objects.error().kind == ErrorKind::kNotFound) return std::vector<std::string_view>{};
    if (!objects) return std::unexpected(std::move(objects).error());
    return (*std::move(objects)).value_or(std::vector<std::string_view>{document});
}

std::string id_of(std::string_view object) {
    const auto id = json::member(object, "id");
    if (!id || id->size() < 2 || id->front() != '"') return {};
    return std::string(id->substr(1, id->size() - 2));
}

}  // namespace

Result<Validation> validate(std::string_view document, bool strict) {
    COMITY_TRY(const std::vector<std::string_view> objects, objects_of(document));
    Validation validation;
    validation.objects = objects.size();
    for (std::size_t i = 0; i < objects.size(); ++i) {
        Verdict verdict{.index = i, .id = {}, .error = {}, .advice = {}};
        auto object = parse_object(objects[i], strict ? &verdict.advice : nullptr);
        if (!object) {
            verdict.error = object.error();
            ++validation.wrong;
        }
        validation.advice += verdict.advice.size();
        if (!verdict.error && verdict.advice.empty()) continue;
        verdict.id = object ? object->id.text() : id_of(objects[i]);
        validation.verdicts.push_back(std::move(verdict));
    }
    return validation;
}

}  // namespace comity::intelligence
