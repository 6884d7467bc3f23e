/* Private to link/channel_*: how values flow between the places that may hold a channel. */
#ifndef LINK_CHANNEL_FLOW_H
#define LINK_CHANNEL_FLOW_H

#include "link/channel_uses.h"

/* The place that a path denotes, or, for an address, that it is the address of; 0: no place. */
channel_node channel_path_node(const struct channel_uses *uses, ir_func_id func, ir_path_id path);
channel_node channel_value_node(const struct channel_uses *uses, ir_func_id func, ir_val val);
/* The class behind the pointers, references and arrays of a type; 0: none. */
ir_class_id channel_class_of(const struct ir_module *module, ir_type_id type);
channel_node channel_field_node(const struct channel_uses *uses, ir_field_id field);
channel_node channel_result_node(const struct channel_uses *uses, ir_func_id func);
channel_node channel_param_node(const struct channel_uses *uses, ir_func_id func, ir_local_id param);

/* What `val` holds, the place may hold, too; the same place where an address of data is shared. */
void channel_flow_value(const struct channel_uses *uses, ir_func_id func, ir_val val, channel_node to,
                        ir_type_id to_type);
/* Everything that flows inside a function and from its calls into bodies. */
void channel_flow_func(const struct channel_uses *uses, ir_func_id func);

#endif
