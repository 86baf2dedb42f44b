// What charts of several kinds have around their data.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "core/io/common/axis.h"
#include "core/io/common/canvas.h"

namespace synfire::svg {

/// Room left of bands and panels for draw_side_label.
inline constexpr double kSideWidth = 196;

/// Name and note of a band or panel, left of it, beside its colour.
void draw_side_label(Canvas& canvas, const Box& box, std::size_t index, std::string_view name,
                     std::string_view note);

/// Ticks, their labels and the axis' label with its unit below `box`: 52 high.
void draw_x_axis(Canvas& canvas, const Axis& axis, const Box& box, std::string_view label);

/// Where `values` are more than can be told apart, the places of the lowest and the highest of each
/// of `columns` runs of them, and of one that is not finite, for the gap; else all places.
std::vector<std::size_t> extremes(std::span<const double> values, std::size_t columns);

/// "Of every 20 values the lowest and the highest are drawn.", for what extremes() left out.
std::string extremes_note(std::size_t values, std::size_t columns);

}  // namespace synfire::svg
