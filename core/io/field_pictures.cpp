// Pictures of what neurons have learnt to answer to.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/io/common/axis.h"
#include "core/io/picture.h"

namespace synfire {
namespace {

constexpr std::size_t kMostFields = 1024;

/// The weights onto one neuron at the last time, as its sources lie.
using Field = std::vector<float>;

/// By target, of the first kMostFields of them; several synapses of a pair are summed.
std::map<std::uint64_t, Field> fields_of(const WeightTrace& trace) {
  const auto pixels = static_cast<std::size_t>(element_count(trace.source_shape));
  const std::size_t synapses = trace.source_ids.size();
  const float* const last = trace.values.data() + (trace.times_ms.size() - 1) * synapses;
  std::map<std::uint64_t, Field> fields;
  for (std::size_t s = 0; s < synapses; ++s) {
    if (fields.size() == kMostFields && !fields.contains(trace.target_ids[s])) continue;
    Field& field = fields.try_emplace(trace.target_ids[s], pixels).first->second;
    if (trace.source_ids[s] < pixels) field[trace.source_ids[s]] += last[s];
  }
  return fields;
}

/// All fields in one picture, side by side in a square, with lines between. Planes, such as those
/// of an event camera's polarities, lie below each other.
GreyImage mosaic(const std::map<std::uint64_t, Field>& fields, const Shape& shape, float white) {
  const std::int64_t width = shape.back(), height = element_count(shape) / width;
  const auto columns =
      static_cast<std::int64_t>(std::ceil(std::sqrt(static_cast<double>(fields.size()))));
  const auto rows = (static_cast<std::int64_t>(fields.size()) + columns - 1) / columns;
  GreyImage image{columns * (width + 1) - 1, rows * (height + 1) - 1, {}, {}, false};
  image.pixels.assign(static_cast<std::size_t>(image.width * image.height), 255);
  std::int64_t place = 0;
  for (const auto& [neuron, field] : fields) {
    const std::int64_t top = place / columns * (height + 1), left = place % columns * (width + 1);
    ++place;
    for (std::int64_t i = 0; i < height * width; ++i) {
      const float share = field[static_cast<std::size_t>(i)] / white;
      image.pixels[static_cast<std::size_t>((top + i / width) * image.width + left + i % width)] =
          static_cast<std::uint8_t>(std::lround(255 * std::clamp(std::abs(share), 0.0F, 1.0F)));
    }
  }
  return image;
}

bool has_negative(const std::map<std::uint64_t, Field>& fields) {
  return std::ranges::any_of(fields, [](const auto& each) {
    return std::ranges::any_of(each.second, [](float weight) { return weight < 0; });
  });
}

ImageGrid field_grid(const WeightTrace& trace, const PictureOptions& options) {
  const auto fields = fields_of(trace);
  float most = 0;
  for (const auto& [neuron, field] : fields)
    for (const float weight : field) most = std::max(most, std::abs(weight));
  ImageGrid grid;
  grid.title = options.title.empty() ? "Receptive fields, by " + trace.projection : options.title;
  grid.description = fmt::format(
      "The weights onto each of {} neurons as their sources lie, row by row from the first neuron.",
      fields.size());
  grid.columns = 1;
  // A round number, so that the scale ends with it.
  const double white =
      most > 0 ? svg::make_axis({0, double{most}, true}, Scale::linear, 5, svg::Ends::round).high
               : 1;
  const std::string unit = trace.units.empty() ? "" : " (" + trace.units + ")";
  grid.scale = GreyScale{
      0, white, has_negative(fields) ? "weight, without its sign" + unit : "weight" + unit};
  grid.images.push_back(mosaic(fields, trace.source_shape, static_cast<float>(white)));
  grid.images.back().caption = "at " + svg::readable_time(trace.times_ms.back());
  return grid;
}

}  // namespace

/// Rows and columns, or few planes of such.
static bool is_image(const Shape& shape) {
  const bool planes = shape.size() == 3 && shape[0] <= std::min(shape[1], shape[2]);
  return (shape.size() == 2 || planes) && element_count(shape) > 0;
}

bool has_fields(const WeightTrace& trace) {
  return is_image(trace.source_shape) && !trace.source_ids.empty() && !trace.times_ms.empty();
}

std::vector<Picture> draw_fields(const RecordingView& view, const PictureOptions& options) {
  std::vector<Picture> pictures;
  for (const WeightTrace& trace : view.weights)
    if (has_fields(trace)) pictures.emplace_back(field_grid(trace, options));
  return pictures;
}

}  // namespace synfire
