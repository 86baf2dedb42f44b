#include "snn_gather.h"
#include "snn_sums_plain.h"
#if SNN_PACKED == SNN_LONG
#include "snn_sums_long.h"
#elif SNN_PACKED == SNN_TWINS
#include "snn_sums_twins.h"
#endif

static int is_pointwise(const snn_window_t* window) {
  return window->rows == 1 && window->columns == 1 && window->stride_rows == 1 &&
         window->stride_columns == 1 && window->top == 0 && window->left == 0;
}

void snn_linear(const snn_linear_t* layer, const snn_work_t* work) {
  const snn_map_t *in = &layer->in, *out = &layer->out;
  const int pointwise = is_pointwise(&layer->window);
  uint32_t first = 0;
  run_t run;
  int32_t row, column;
  event_form_t form;
#if SNN_PACKED
  const uint8_t packed = layer->packed;
  position_t position;
#endif
  form.row_bytes = layer->width, form.left = 0;
#if SNN_PACKED
  if (packed) first = prepare(&position, layer, work, &form);
#endif
  run.step = in->plane, run.row = first, run.row_step = form.row_bytes, run.count = in->channels;
  for (row = 0; row < out->rows; ++row) {
    uint8_t* target = work->arena + out->at + (uint32_t)row * out->pitch;
    run.value = work->arena + in->at + (uint32_t)row * in->pitch;
    for (column = 0; column < out->columns; ++column, ++target, ++run.value) {
      const snn_event_t* end =
          pointwise ? gather_run(&run, in->zero, form.left, work->events)
                    : gather(layer, work->arena, row, column, first, &form, work->events);
      const uint32_t count = (uint32_t)(end - work->events);
#if SNN_PACKED
      if (packed) {
        serve_packed(layer, &position, work->events, count, first, target);
        continue;
      }
#endif
      serve_plain(layer, work->events, count, target);
    }
  }
}
