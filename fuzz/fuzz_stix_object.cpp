// STIX objects and documents of them: an object that holds to the rules is found again in any bundle around
// it.
#include "fuzz/target.h"
#include "intelligence/indicator/bundle.h"
#include "intelligence/stix/object.h"
#include "json/value.h"

using namespace comity;
using fuzz::hold;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    const auto document = intelligence::open_document(text);
    if (document) {
        hold(!document->objects.empty() || !document->wrong.empty(), "a document holds something");
        for (const std::string_view object : document->objects) {
            hold(object.data() >= text.data() && object.data() + object.size() <= text.data() + text.size(),
                 "an object's bytes are the document's own");
            hold(intelligence::parse_object(object).has_value(), "every object of a document is one");
        }
    }
    const auto object = intelligence::parse_object(text);
    std::vector<intelligence::Advice> advice;
    const auto advised = intelligence::parse_object(text, &advice);
    hold(object.has_value() == advised.has_value(), "advice decides nothing");
    if (!object) {
        hold(object.error() == advised.error(), "and changes no error");
        return 0;
    }
    hold(json::parse(text, intelligence::kMaxObjectDepth).has_value(), "an object is JSON");
    hold(intelligence::ObjectId::parse(object->id.text()) == object->id,
         "its id is written and read as itself");
    for (const auto& time : {object->created, object->version}) {
        if (time) hold(parse_time(format_time_micros(*time)) == *time, "its times can be written");
    }
    hold(!object->created || !object->version || *object->created <= *object->version,
         "it is not changed before made");
    hold(document && document->objects.size() == 1, "an object alone is a document");

    const std::string bundle =
        R"({"type":"bundle","id":"bundle--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","objects":[)" +
        std::string(text) + " ,\n" + std::string(text) + "]}";
    const auto inside = intelligence::open_document(bundle);
    hold(inside.has_value(), "it stands in a bundle");
    hold(inside->objects.size() == 1 && inside->repeated == 1, "twice the same is once");
    hold(inside->objects.front() == document->objects.front(), "byte for byte");
    return 0;
}
