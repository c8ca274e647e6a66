// Sources' files of figures and groups: whatever the bytes, no crash, and what is understood is a valid
// dataset.
#include "development/import/assemble.h"
#include "fuzz/target.h"

using namespace comity;
using fuzz::hold;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    const development::DatasetBody about{.indicator = "x",
                                         .unit = "%",
                                         .source = "fuzz",
                                         .licence = "CC0-1.0",
                                         .edition = "1",
                                         .low = 0,
                                         .high = 100};
    const auto reading = development::read_file_text(text, "f", {});
    for (const auto& one :
         development::assemble(reading, "f", about, development::CodeSpace::kIso).datasets) {
        hold(development::parse_dataset(development::dataset_json(one.body)).has_value(), "a dataset is one");
        for (const auto& series : one.series) {
            const auto back = development::parse_series(development::series_json(series), one.body);
            hold(back.has_value() && *back == series, "a series reads back");
            hold(development::unpack(development::pack(series.points)) == series.points, "points read back");
        }
    }
    (void)development::assemble_groups(text, "f", "", {});  // no crash is what is asked
    return 0;
}
