// Light as the processor can afford it: every light falls on matt surfaces, the sun and the moon cast hard shadows.

#import bevy_pbr::{
    clustered_forward as clustering,
    forward_io::{FragmentOutput, VertexOutput},
    mesh_view_bindings as scene,
    pbr_bindings,
    pbr_types,
    shadows,
}

const PI: f32 = 3.14159265;

// Where a branch hangs on uniforms alone, Mesa's llvmpipe (22.3) makes a shader of its own for each draw and each value, and
// never frees one: some 20 MB a picture. So each branch hangs on something of the pixel's as well.

// What comes in from every lamp and from the sky.
fn lamps(place: vec3<f32>, normal: vec3<f32>) -> vec3<f32> {
    var sum = vec3(0.0);
    // All of them are in the first cluster: there is no other.
    let listed = clustering::unpack_clusterable_object_index_ranges(0u);
    for (var i = listed.first_point_light_index_offset; i < listed.first_spot_light_index_offset; i += 1u) {
        let light = &scene::clustered_lights.data[clustering::get_clusterable_object_id(i)];
        let way = (*light).position_radius.xyz - place;
        let far = dot(way, way);
        let range = far * (*light).color_inverse_square_range.w;
        let fades = saturate(1.0 - range * range);
        let falls = max(dot(normal, way), 0.0) * inverseSqrt(far);
        sum += (*light).color_inverse_square_range.rgb * (fades * fades * falls / max(far, 1e-3));
    }
    return sum;
}

// What comes in straight from the sun, or from the moon.
fn sun(place: vec4<f32>, normal: vec3<f32>, pixel: vec2<f32>) -> vec3<f32> {
    // 0, since no pixel lies to the left of the picture.
    let first = select(0u, 1u, pixel.x < 0.0);
    let light = &scene::lights.directional_lights[first];
    let is_there = scene::lights.n_directional_lights != 0u;
    let falls = select(0.0, dot(normal, (*light).direction_to_light), is_there);
    if falls <= 0.0 {
        return vec3(0.0);
    }
    var seen = 1.0;
    if ((*light).flags & 1u) != 0u {
        seen = shadows::sample_directional_cascade(first, 0u, place, normal, pixel);
    }
    return (*light).color.rgb * falls * seen;
}

@fragment
fn fragment(in: VertexOutput, @builtin(front_facing) is_front: bool) -> FragmentOutput {
    let flags = pbr_bindings::material.flags | select(0u, ~0u, in.position.x < 0.0);
    var color = pbr_bindings::material.base_color;
#ifdef VERTEX_COLORS
    color *= in.color;
#endif
#ifdef VERTEX_UVS_A
    if (flags & pbr_types::STANDARD_MATERIAL_FLAGS_BASE_COLOR_TEXTURE_BIT) != 0u {
        color *= textureSample(pbr_bindings::base_color_texture, pbr_bindings::base_color_sampler, in.uv);
    }
#endif
    var out: FragmentOutput;
    out.color = color;
    if (flags & pbr_types::STANDARD_MATERIAL_FLAGS_UNLIT_BIT) == 0u {
        var normal = normalize(in.world_normal);
        if !is_front {
            normal = -normal;
        }
        let light = sun(in.world_position, normal, in.position.xy) + lamps(in.world_position.xyz, normal);
        let around = scene::lights.ambient_color.rgb;
        out.color = vec4(color.rgb * (light / PI + around) * scene::view.exposure, color.a);
    }
    // Bright colours fade to white, as they do on film.
    let x = max(out.color.rgb, vec3(0.0));
    out.color = vec4(1.0 - exp(-x), out.color.a);
    return out;
}
